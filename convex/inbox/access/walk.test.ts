import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { setupConvex } from "../../../tests/support/convex";
import { NOON, runJobs } from "../../../tests/support/delivery";
import { deliverMail, mail, makeInbox, rows } from "../../../tests/support/inbox";
import { makeMember } from "../../../tests/support/members";
import { api, internal } from "../../_generated/api";

beforeEach(() => {
  vi.useFakeTimers({ now: NOON });
});
afterEach(() => {
  vi.useRealTimers();
});

it("counts conversations from before once, also those that change meanwhile", async () => {
  const t = setupConvex();
  const inbox = await makeInbox(t);
  for (const name of ["anna", "berta", "carla"]) {
    const head = { From: `${name}@example.org`, Subject: name, "Message-ID": `<${name}@example.org>` };
    await deliverMail(t, inbox, mail(head, "Findet der Kurs statt?"));
  }
  const { orgId, as } = inbox;
  const threads = await rows(t, "threads");
  const agent = await makeMember(t, orgId, "agent", "malte");
  await t.run(async (ctx) => {
    const channelIds = [threads[0]!.channelId!];
    await ctx.db.patch("members", agent.memberId, { scope: { channelIds, teamIds: [] } });
    for (const row of await ctx.db.query("placeTallies").take(10)) await ctx.db.delete("placeTallies", row._id);
    for (const { _id } of threads) await ctx.db.patch("threads", _id, { isPlaced: undefined });
  });
  const counts = async () => await agent.as.query(api.inbox.queries.counts, { orgId });
  expect(await counts()).toMatchObject({ all: 0, unassigned: 0 });
  // Closed before the walk comes to it, and taken by somebody.
  await as.mutation(api.inbox.mutations.setStatus, { orgId, threadId: threads[0]!._id, status: "closed" });
  const assigneeId = inbox.memberId;
  await as.mutation(api.inbox.mutations.assign, { orgId, threadId: threads[1]!._id, assigneeId });
  expect(await counts()).toMatchObject({ all: 1, unassigned: 0 });
  await t.mutation(internal.inbox.access.jobs.sweep, {});
  await t.mutation(internal.inbox.access.jobs.sweep, {});
  await runJobs(t);
  expect(await counts()).toMatchObject({ all: 2, unassigned: 1, email: 2 });
  expect(await t.run(async (ctx) => await ctx.db.query("placeWalks").first())).toMatchObject({ isDone: true });
  await as.mutation(api.inbox.mutations.setStatus, { orgId, threadId: threads[2]!._id, status: "closed" });
  expect(await counts()).toMatchObject({ all: 1, unassigned: 0 });
});
