import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { setupConvex } from "../../../tests/support/convex";
import { allRows, inMutation, NOON, runJobs, type Convex } from "../../../tests/support/delivery";
import { deliverMail, mail, makeInbox, MAX_MAIL, rows, type Inbox } from "../../../tests/support/inbox";
import { errorOf } from "../../../tests/support/members";
import { api } from "../../_generated/api";
import type { Id } from "../../_generated/dataModel";
import { wantsCallback } from "./rules";

let t: Convex;
let inbox: Inbox;
let threadId: Id<"threads">;
const HOUR = 3_600_000;

beforeEach(async () => {
  vi.useFakeTimers({ now: NOON });
  t = setupConvex();
  inbox = await makeInbox(t);
  await deliverMail(t, inbox, mail(MAX_MAIL, "Rufen Sie an?"));
  threadId = (await rows(t, "threads"))[0]!._id;
});
afterEach(() => vi.useRealTimers());

const call = (part: Record<string, unknown> = {}) => ({
  orgId: inbox.orgId,
  direction: "outgoing" as const,
  outcome: "callback_agreed" as const,
  at: Date.now(),
  seconds: 60,
  text: "",
  ...part,
});
const log = async (clientId: string, part: Record<string, unknown> = {}) => {
  const messageId = await inbox.as.mutation(api.inbox.calls.mutations.log, { ...call(part), threadId, clientId });
  await runJobs(t);
  return messageId;
};
const callbacks = async () => (await allRows(t, "tasks")).filter(({ taskType }) => taskType === "callback");

it("says after which calls we are to call", () => {
  const facts = { direction: "outgoing", outcome: "no_answer", callbackAt: null };
  expect(wantsCallback(facts)).toBe(false);
  expect(wantsCallback({ ...facts, callbackAt: 1 })).toBe(true);
  expect(wantsCallback({ ...facts, direction: "incoming" })).toBe(true);
  expect(wantsCallback({ ...facts, outcome: "callback_agreed" })).toBe(true);
  expect(wantsCallback({ ...facts, outcome: "answered", callbackAt: 1 })).toBe(false);
});

it("makes one task of a call, moves it with the agreed hour, and takes it away", async () => {
  const callbackAt = Date.now() + 5 * HOUR;
  const messageId = await log("c1", { callbackAt });
  await log("c1", { callbackAt });
  expect(await callbacks()).toMatchObject([
    { title: "Zurückrufen: Gespräch Nr. 1", assigneeId: inbox.memberId, dueAt: callbackAt, links: { threadId } },
  ]);
  const change = async (part: Record<string, unknown>) => {
    await inbox.as.mutation(api.inbox.calls.mutations.change, { ...call(part), messageId });
    await runJobs(t);
  };
  await change({ callbackAt: Date.now() + 9 * HOUR, at: NOON });
  expect(await callbacks()).toMatchObject([{ status: "open", dueAt: expect.not.closeTo(callbackAt, 0) as number }]);
  await change({ outcome: "answered", at: NOON });
  expect(await callbacks()).toMatchObject([{ status: "cancelled" }]);
});

it("is due within opening hours where no hour was agreed, and can be switched off", async () => {
  const { setCallback } = api.tasks.triggers.mutations;
  const { orgId } = inbox;
  expect(await errorOf(inbox.as.mutation(setCallback, { orgId, isOn: true, withinMinutes: 7 }))).toMatchObject({
    code: "invalid",
    field: "withinMinutes",
  });
  await inMutation(t, async (ctx) => {
    const intervals = [1, 2].map((weekday) => ({ weekday, start: "08:00", end: "12:00" }));
    const calendar = { orgId, name: "Büro", timezone: "UTC", intervals, holidays: [], isDefault: true };
    return await ctx.db.insert("calendars", calendar);
  });
  // Two hours are left of Monday, the other two of the four are Tuesday's.
  vi.setSystemTime(Date.UTC(2027, 0, 4, 10));
  await log("c1");
  const [task] = await callbacks();
  // The reaction runs a moment after the call.
  expect(task!.dueAt).toBeGreaterThanOrEqual(Date.UTC(2027, 0, 5, 10));
  expect(task!.dueAt).toBeLessThan(Date.UTC(2027, 0, 5, 10, 5));
  await inbox.as.mutation(setCallback, { orgId, isOn: false, withinMinutes: 60 });
  await log("c2");
  expect(await callbacks()).toHaveLength(1);
  expect(await inbox.as.query(api.tasks.triggers.queries.callback, { orgId })).toEqual({
    isOn: false,
    withinMinutes: 60,
  });
});
