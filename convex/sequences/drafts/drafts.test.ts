import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { makeBookingWorkspace } from "../../../tests/support/bookings";
import { setupConvex } from "../../../tests/support/convex";
import { errorOf, makeMember, makeOrg } from "../../../tests/support/members";
import { api } from "../../_generated/api";
import { NO_TEMPLATE } from "../closedSets";
import { messageNode } from "../flow/testing";
import type { Edit } from "./schema";

const { get, list } = api.sequences.drafts.queries;
const { create, discard, edit, publish, remove, rename } = api.sequences.drafts.mutations;

beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse("2026-10-01T08:00:00Z") });
});
afterEach(() => {
  vi.useRealTimers();
});

async function workspace() {
  const t = setupConvex();
  const { orgId, sequenceId, templateId } = await makeBookingWorkspace(t);
  const { as, memberId } = await makeMember(t, orgId, "marketer");
  const page = { orgId, paginationOpts: { numItems: 10, cursor: null } };
  return { t, orgId, sequenceId, templateId, as, memberId, page };
}

const atStart = (...nodes: Extract<Edit, { kind: "insert" }>["nodes"]): Edit => ({
  kind: "insert",
  place: { from: null, way: "first" },
  nodes,
});

describe("drafts", () => {
  it("take a journey from nothing to live", async () => {
    const { orgId, as, templateId, page, t } = await workspace();
    const sequenceId = await as.mutation(create, { orgId, name: " Kurs ", description: "" });
    expect(await as.query(get, { orgId, sequenceId })).toMatchObject({
      name: "Kurs",
      status: "draft",
      versionNumber: null,
      revision: 1,
      problems: [{ level: "error", code: "empty", stepId: null }],
    });
    const open = messageNode("a", null, { templateId: NO_TEMPLATE });
    expect(await as.mutation(edit, { orgId, sequenceId, edits: [atStart(open)] })).toEqual({ revision: 2 });
    const seen = await as.query(get, { orgId, sequenceId });
    expect(seen.problems).toMatchObject([{ code: "no_template", stepId: "a" }]);
    expect(await errorOf(as.mutation(publish, { orgId, sequenceId, revision: 2, choices: [] }))).toMatchObject({
      code: "invalid",
      field: "a",
    });
    await as.mutation(edit, { orgId, sequenceId, edits: [{ kind: "update", node: { ...open, templateId } }] });
    await as.mutation(publish, { orgId, sequenceId, revision: 3, choices: [] });
    expect(await as.query(get, { orgId, sequenceId })).toMatchObject({
      status: "active",
      versionNumber: 1,
      revision: 0,
      draft: null,
    });
    expect((await as.query(list, page)).page).toMatchObject([
      { id: sequenceId, hasDraft: false, stepCount: 1 },
      { name: "Segelkurs", stepCount: 5 },
    ]);
    const audited = await t.run(async (ctx) => await ctx.db.query("auditEntries").take(10));
    expect(audited.map(({ action }) => action)).toEqual(["sequence.created", "sequence.published"]);
  });

  it("begin as the live version and leave it alone until published", async () => {
    const { orgId, sequenceId, as } = await workspace();
    const live = await as.query(get, { orgId, sequenceId });
    expect(live).toMatchObject({ revision: 0, draft: null, versionNumber: 1 });
    await as.mutation(edit, { orgId, sequenceId, edits: [{ kind: "remove", stepIds: ["before-3"] }] });
    const draft = await as.query(get, { orgId, sequenceId });
    expect(draft.flow.nodes.map(({ stepId }) => stepId)).toEqual(["before-7", "before-1", "during", "after-1"]);
    expect(draft).toMatchObject({ revision: 1, draft: { updatedByName: "marketer" }, versionNumber: 1 });
    expect((await as.query(api.sequences.queries.get, { orgId, sequenceId })).steps).toHaveLength(5);
    expect(await errorOf(as.mutation(discard, { orgId, sequenceId, revision: 0 }))).toMatchObject({ code: "conflict" });
    await as.mutation(discard, { orgId, sequenceId, revision: 1 });
    expect((await as.query(get, { orgId, sequenceId })).flow).toEqual(live.flow);
    expect(await errorOf(as.mutation(discard, { orgId, sequenceId, revision: 1 }))).toMatchObject({
      code: "not_found",
    });
  });

  it("take changes of two people at once", async () => {
    const { t, orgId, sequenceId, as } = await workspace();
    const bert = await makeMember(t, orgId, "admin", "bert");
    const name = (as: typeof bert.as, stepId: string, to: string) =>
      as.query(get, { orgId, sequenceId }).then(({ flow }) => {
        const node = flow.nodes.find((one) => one.stepId === stepId)!;
        return as.mutation(edit, { orgId, sequenceId, edits: [{ kind: "update", node: { ...node, name: to } }] });
      });
    await Promise.all([name(as, "before-7", "Mine"), name(bert.as, "during", "Theirs")]);
    const { flow, revision } = await as.query(get, { orgId, sequenceId });
    expect(revision).toBe(2);
    expect(flow.nodes.map((node) => node.name)).toEqual(expect.arrayContaining(["Mine", "Theirs"]));
    await bert.as.mutation(edit, { orgId, sequenceId, edits: [{ kind: "remove", stepIds: ["during"] }] });
    const late: Edit = { kind: "update", node: flow.nodes.find(({ stepId }) => stepId === "during")! };
    expect(await errorOf(as.mutation(edit, { orgId, sequenceId, edits: [late] }))).toMatchObject({
      code: "conflict",
      field: "during",
    });
    expect(await errorOf(as.mutation(publish, { orgId, sequenceId, revision: 2, choices: [] }))).toMatchObject({
      code: "conflict",
    });
  });

  it("are copied, renamed and deleted while they were never live", async () => {
    const { orgId, sequenceId, as, page } = await workspace();
    const copy = await as.mutation(create, { orgId, name: "Kopie", description: "", copyOf: sequenceId });
    expect((await as.query(get, { orgId, sequenceId: copy })).flow.nodes).toHaveLength(5);
    await as.mutation(rename, { orgId, sequenceId: copy, name: "Anders", description: "Zwei" });
    expect(await as.query(get, { orgId, sequenceId: copy })).toMatchObject({ name: "Anders", description: "Zwei" });
    expect(await errorOf(as.mutation(rename, { orgId, sequenceId: copy, name: " ", description: "" }))).toMatchObject({
      field: "name",
    });
    expect((await as.query(list, { ...page, status: "draft" })).page.map(({ name }) => name)).toEqual(["Anders"]);
    await as.mutation(remove, { orgId, sequenceId: copy });
    expect(await errorOf(as.query(get, { orgId, sequenceId: copy }))).toMatchObject({ code: "not_found" });
    expect(await errorOf(as.mutation(remove, { orgId, sequenceId }))).toMatchObject({ code: "invalid" });
  });

  it("are for those who may edit, and for nobody elsewhere", async () => {
    const { t, orgId, sequenceId } = await workspace();
    const agent = await makeMember(t, orgId, "agent");
    expect((await agent.as.query(get, { orgId, sequenceId })).flow.nodes).toHaveLength(5);
    const edits: Edit[] = [{ kind: "remove", stepIds: ["during"] }];
    expect(await errorOf(agent.as.mutation(edit, { orgId, sequenceId, edits }))).toMatchObject({ code: "forbidden" });
    const elsewhere = await makeOrg(t, "Andere");
    const stranger = await makeMember(t, elsewhere, "admin", "fremd");
    const theirs = { orgId: elsewhere, sequenceId };
    expect(await errorOf(stranger.as.query(get, theirs))).toMatchObject({ code: "not_found" });
    expect(await errorOf(stranger.as.mutation(edit, { ...theirs, edits }))).toMatchObject({ code: "not_found" });
    const copied = stranger.as.mutation(create, { orgId: elsewhere, name: "x", description: "", copyOf: sequenceId });
    expect(await errorOf(copied)).toMatchObject({ code: "not_found" });
  });
});

describe("presence in the builder", () => {
  const { heartbeat } = api.sequences.drafts.presence.mutations;
  const { others } = api.sequences.drafts.presence.queries;

  it("says who else is there and at which step", async () => {
    const { t, orgId, sequenceId, as } = await workspace();
    const bert = await makeMember(t, orgId, "admin", "bert");
    const beat = { orgId, sequenceId, sessionId: "tab", interval: 10_000 };
    const { roomToken } = await as.mutation(heartbeat, { ...beat, selected: null });
    expect(await as.query(others, { orgId, roomToken })).toEqual([]);
    const { sessionToken } = await bert.as.mutation(heartbeat, { ...beat, selected: "during" });
    expect(await as.query(others, { orgId, roomToken })).toEqual([
      { memberId: bert.memberId, name: "bert", selected: "during" },
    ]);
    const elsewhere = await makeOrg(t, "Andere");
    const stranger = await makeMember(t, elsewhere, "admin", "fremd");
    expect(await stranger.as.query(others, { orgId: elsewhere, roomToken })).toEqual([]);
    await t.mutation(api.collab.presence.disconnect, { sessionToken });
    expect(await as.query(others, { orgId, roomToken })).toEqual([]);
  });
});
