import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { setupConvex } from "../../../tests/support/convex";
import { NOON } from "../../../tests/support/delivery";
import { deliverMail, mail, makeInbox, MAX_MAIL, rows } from "../../../tests/support/inbox";
import { api } from "../../_generated/api";
import { DAY_MS, HOUR_MS } from "../../lib/time";

// What conversations have ahead stands in the same lane: answers that leave later, and when they come back (product.md O-3).

// The first test of a file also loads the product.
vi.setConfig({ testTimeout: 30_000 });

beforeEach(() => {
  vi.useFakeTimers({ now: NOON });
});
afterEach(() => {
  vi.useRealTimers();
});

async function withAnswer() {
  const t = setupConvex();
  const inbox = await makeInbox(t);
  await deliverMail(t, inbox, mail(MAX_MAIL, "Hallo"));
  const { _id: threadId, contactId } = (await rows(t, "threads"))[0]!;
  const { as, orgId } = inbox;
  vi.setSystemTime(Date.now() + 1_000);
  const sendAt = Date.now() + 3 * HOUR_MS;
  const plan = { sendAt, cancelIfAnswered: true };
  const reply = { orgId, threadId, text: "Bis morgen.", close: false, clientId: "c1", plan };
  const { messageId } = await as.mutation(api.inbox.mutations.reply, reply);
  const lane = async () =>
    (await as.query(api.sequences.lane.queries.ofContact, { orgId, contactId: contactId! })).items;
  return { t, as, orgId, threadId, messageId, sendAt, lane };
}

it("has an answer that leaves later, which moves with its conversation", async () => {
  const { as, orgId, messageId, threadId, sendAt, lane } = await withAnswer();
  const answer = { messageId, threadId, cancelIfAnswered: true };
  expect(await lane()).toMatchObject([{ kind: "message", sourceKind: "agent", dueAt: sendAt, answer }]);
  const later = sendAt + HOUR_MS;
  await as.mutation(api.inbox.sending.mutations.changePlanned, { orgId, messageId, sendAt: later });
  expect(await lane()).toMatchObject([{ dueAt: later, foreseen: { kind: "leaves", at: later } }]);
  await as.mutation(api.inbox.sending.mutations.cancelPlanned, { orgId, messageId });
  expect(await lane()).toEqual([]);
});

it("has the hour at which a conversation comes back", async () => {
  const { as, orgId, threadId, lane } = await withAnswer();
  const until = Date.now() + DAY_MS;
  await as.mutation(api.inbox.snooze.mutations.snooze, { orgId, threadId, until });
  expect((await lane()).at(-1)).toMatchObject({ kind: "reminder", about: "thread", at: until, threadId });
});
