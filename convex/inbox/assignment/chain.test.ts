import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { setupConvex } from "../../../tests/support/convex";
import { inMutation, NOON, runJobs } from "../../../tests/support/delivery";
import { deliverMail, mail, makeInbox, rows } from "../../../tests/support/inbox";
import { makeMember } from "../../../tests/support/members";
import { api } from "../../_generated/api";
import { chainAfter } from "../../lib/chain";
import { patchThread } from "../model/rows";

const { assignment, teams } = api.inbox;

beforeEach(() => void vi.useFakeTimers({ now: NOON }));
afterEach(() => vi.useRealTimers());

it("gives out what follows from an event as a part of its chain", async () => {
  const t = setupConvex();
  const inbox = await makeInbox(t);
  const { orgId, as } = inbox;
  const { memberId } = await makeMember(t, orgId, "agent", "ada");
  const team = { name: "Service", mode: "round_robin", onlyOnline: false, memberIds: [memberId] } as const;
  const teamId = await as.mutation(teams.mutations.create, { orgId, ...team, memberIds: [memberId] });
  const target = { kind: "team" as const, teamId, skills: [] };
  await as.mutation(assignment.mutations.createRule, { orgId, name: "Everything", conditions: {}, target });
  await as.mutation(teams.mutations.setWorkProfile, { orgId, memberId, skills: [], capacity: 1 });
  for (const name of ["anna", "berta"]) {
    const head = { From: `${name}@example.org`, Subject: name, "Message-ID": `<${name}@example.org>` };
    await deliverMail(t, inbox, mail(head, "Hallo"));
  }
  await runJobs(t);
  const cause = (await rows(t, "domainEvents")).find(({ kind }) => kind === "thread.created")!;
  const chain = { ...chainAfter(cause), rules: ["rule:close"] };
  // As a reaction would: somebody becomes free.
  await inMutation(t, async (ctx) => {
    const [first] = await ctx.db.query("threads").take(1);
    await patchThread({ ...ctx, chain } as typeof ctx, first!, { status: "closed" });
  });
  await runJobs(t);
  const given = (await rows(t, "domainEvents")).filter(
    ({ kind, rules }) => kind === "thread.assigned" && rules?.[0] === "rule:close",
  );
  expect(given).toMatchObject([{ causeId: cause._id, depth: chain.depth }]);
});
