import { expect, it } from "vitest";
import { setupConvex } from "../../tests/support/convex";
import { inMutation } from "../../tests/support/delivery";
import { makeInbox, rows } from "../../tests/support/inbox";
import { errorOf, makeMember } from "../../tests/support/members";
import { api } from "../_generated/api";
import { insertThread } from "./model/rows";

const CLAIMS = 100;
const AGENTS = 4;

async function withAgents() {
  const t = setupConvex();
  const { orgId } = await makeInbox(t);
  const thread = await inMutation(t, async (ctx) => {
    const kind = { threadType: "customer_support", priority: "normal", status: "open", channel: "email" } as const;
    const words = { subject: "Kurs", lastMessagePreview: "Hallo", lastMessageType: "incoming" } as const;
    return await insertThread(ctx, { orgId, ...kind, ...words, lastMessageAt: 1, tags: [], externalReferences: {} });
  });
  const agents = [];
  for (let index = 0; index < AGENTS; index++) agents.push(await makeMember(t, orgId, "agent", `agent${index}`));
  return { t, orgId, threadId: thread._id, agents };
}

it("gives a thread that many claim at once to one of them, and tells the others who has it", async () => {
  const { t, orgId, threadId, agents } = await withAgents();
  const results = await Promise.allSettled(
    Array.from({ length: CLAIMS }, async (_, index) => {
      const { as, memberId } = agents[index % AGENTS]!;
      const args = { orgId, threadId, assigneeId: memberId, fromId: null };
      await as.mutation(api.inbox.mutations.assign, args);
      return memberId;
    }),
  );
  const winners = new Set(results.flatMap((result) => (result.status === "fulfilled" ? [result.value] : [])));
  expect([...winners]).toEqual([(await rows(t, "threads"))[0]!.assigneeId]);
  // The winner's own repetitions change nothing; every claim of another is refused.
  expect(results.filter(({ status }) => status === "rejected")).toHaveLength(CLAIMS - CLAIMS / AGENTS);
  expect((await rows(t, "auditEntries")).filter(({ action }) => action === "thread.assigned")).toHaveLength(1);
  const loser = agents.find(({ memberId }) => !winners.has(memberId))!;
  const late = { orgId, threadId, assigneeId: loser.memberId, fromId: null };
  expect(await errorOf(loser.as.mutation(api.inbox.mutations.assign, late))).toMatchObject({
    code: "conflict",
    message: expect.stringMatching(/^agent\d has it by now\.$/) as string,
  });
});

it("shows who lost the race the next conversation that is nobody's", async () => {
  const { t, orgId, threadId, agents } = await withAgents();
  const [older, newer] = await inMutation(t, async (ctx) => {
    const kind = { threadType: "customer_support", priority: "normal", status: "open", channel: "email" } as const;
    const words = { subject: "Kurs", lastMessagePreview: "Hallo", lastMessageType: "incoming" } as const;
    const others = [];
    for (const lastMessageAt of [0, 2]) {
      const fields = { orgId, ...kind, ...words, lastMessageAt, tags: [], externalReferences: {} };
      others.push((await insertThread(ctx, fields))._id);
    }
    return others;
  });
  const claims = await Promise.all(
    Array.from({ length: CLAIMS }, async (_, index) => {
      const { as, memberId } = agents[index % AGENTS]!;
      const claim = await as.mutation(api.inbox.assignment.mutations.claim, { orgId, threadId, fromId: null });
      return { memberId, claim };
    }),
  );
  const winner = (await rows(t, "threads"))[0]!.assigneeId;
  const lost = claims.filter(({ memberId }) => memberId !== winner).map(({ claim }) => claim);
  expect(lost).toHaveLength(CLAIMS - CLAIMS / AGENTS);
  const name = expect.stringMatching(/^agent\d$/) as string;
  for (const claim of lost) expect(claim).toEqual({ kind: "lost", holder: { memberId: winner, name }, nextId: older });
  // After the last one the list begins again; with nothing left there is no next one.
  const next = async (id: typeof threadId, seen: number) => {
    const { as, memberId } = agents[seen]!;
    const claim = await as.mutation(api.inbox.assignment.mutations.claim, { orgId, threadId: id, fromId: null });
    return claim.kind === "lost" ? claim.nextId : memberId;
  };
  expect(await next(older!, 0)).toBe(agents[0]!.memberId);
  expect(await next(older!, 1)).toBe(newer);
  expect(await next(newer!, 0)).toBe(agents[0]!.memberId);
  expect(await next(newer!, 1)).toBeNull();
});

it("lets whoever sees the holder take it over, or give it without asking", async () => {
  const { t, orgId, threadId, agents } = await withAgents();
  const [first, second, third] = [agents[0]!, agents[1]!, agents[2]!];
  const { assign } = api.inbox.mutations;
  await first.as.mutation(assign, { orgId, threadId, assigneeId: first.memberId, fromId: null });
  await second.as.mutation(assign, { orgId, threadId, assigneeId: second.memberId, fromId: first.memberId });
  await first.as.mutation(assign, { orgId, threadId, assigneeId: third.memberId });
  expect((await rows(t, "threads"))[0]!.assigneeId).toBe(third.memberId);
});
