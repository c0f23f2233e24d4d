import { expect, it } from "vitest";
import { setupConvex } from "../../tests/support/convex";
import { errorOf, makeMember, makeOrg } from "../../tests/support/members";
import { api } from "../_generated/api";
import type { Id } from "../_generated/dataModel";
import { record } from "./model";

it("lists entries of one's own organisation, newest first, for those who may", async () => {
  const t = setupConvex();
  const orgId = await makeOrg(t);
  const other = await makeOrg(t, "Andere");
  await t.run(async (ctx) => {
    const actor = { kind: "system", name: "test" } as const;
    for (const [org, action, id] of [
      [orgId, "thread.assigned", "1"],
      [other, "thread.created", "1"],
      [orgId, "thread.replied", "2"],
    ] as const) {
      await record(ctx, { orgId: org, actor, action, subject: { table: "threads", id } });
    }
  });
  const { as, memberId } = await makeMember(t, orgId, "team_lead");
  const actions = async (subject?: { table: string; id: string }) => {
    const args = { orgId, subject, paginationOpts: { numItems: 10, cursor: null } };
    return (await as.query(api.audit.queries.list, args)).page.map((entry) => entry.action);
  };
  expect(await actions()).toEqual(["thread.replied", "thread.assigned"]);
  expect(await actions({ table: "threads", id: "1" })).toEqual(["thread.assigned"]);
  const byMember = async (memberId: Id<"members">) => {
    const args = { orgId, memberId, paginationOpts: { numItems: 1, cursor: null } };
    return (await as.query(api.audit.queries.list, args)).page.map((entry) => entry.action);
  };
  await t.run(async (ctx) => {
    const actor = { kind: "member", memberId } as const;
    for (const action of ["task.created", "task.changed"] as const) {
      await record(ctx, { orgId, actor, action, subject: { table: "threads", id: "2" } });
    }
  });
  expect(await byMember(memberId)).toEqual(["task.changed"]);
  const stranger = await makeMember(t, other, "admin", "stranger");
  expect(await byMember(stranger.memberId)).toEqual([]);
  const { as: agent } = await makeMember(t, orgId, "agent");
  const refused = agent.query(api.audit.queries.list, { orgId, paginationOpts: { numItems: 10, cursor: null } });
  expect(await errorOf(refused)).toMatchObject({ code: "forbidden" });
});
