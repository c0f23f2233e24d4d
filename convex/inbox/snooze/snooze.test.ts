import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { setupConvex } from "../../../tests/support/convex";
import { NOON } from "../../../tests/support/delivery";
import { deliverMail, mail, makeInbox, MAX_MAIL, rows } from "../../../tests/support/inbox";
import { errorOf, makeMember, makeOrg } from "../../../tests/support/members";
import { api, internal } from "../../_generated/api";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../../lib/time";
import type { ThreadView } from "../filters";

beforeEach(() => {
  vi.useFakeTimers({ now: NOON });
});
afterEach(() => {
  vi.useRealTimers();
});

async function withThread() {
  const t = setupConvex();
  const inbox = await makeInbox(t);
  await deliverMail(t, inbox, mail(MAX_MAIL, "Hallo"));
  const { orgId, as } = inbox;
  const threadId = (await rows(t, "threads"))[0]!._id;
  const shown = async (view: ThreadView) => {
    const paginationOpts = { numItems: 20, cursor: null };
    return (await as.query(api.inbox.queries.listThreads, { orgId, view, paginationOpts })).page.length;
  };
  const places = async () => [await shown("all"), await shown("unassigned"), await shown("snoozed")];
  const snooze = async (until: number | null) =>
    await as.mutation(api.inbox.snooze.mutations.snooze, { orgId, threadId, until });
  const counted = async () => (await as.query(api.inbox.queries.counts, { orgId })).all;
  return { t, inbox, orgId, as, threadId, places, snooze, counted };
}

it("leaves lists and counts, and comes back unread at the very instant", async () => {
  const { t, orgId, as, threadId, places, snooze, counted } = await withThread();
  const until = Date.now() + 3 * HOUR_MS;
  await as.mutation(api.inbox.mutations.markRead, { orgId, threadId });
  await snooze(until);
  await snooze(until);
  expect(await places()).toEqual([0, 0, 1]);
  expect(await counted()).toBe(0);
  expect(await as.query(api.inbox.queries.getThread, { orgId, threadId })).toMatchObject({ snoozedUntil: until });
  const wakeUps = await t.run(async (ctx) => await ctx.db.system.query("_scheduled_functions").take(100));
  expect(wakeUps.filter(({ name }) => name.includes("snooze")).map(({ scheduledTime }) => scheduledTime)).toEqual([
    until,
  ]);
  vi.setSystemTime(until);
  await t.mutation(internal.inbox.snooze.jobs.wake, { threadId, until });
  expect(await places()).toEqual([1, 1, 0]);
  expect(await counted()).toBe(1);
  const back = await as.query(api.inbox.queries.getThread, { orgId, threadId });
  expect(back).toMatchObject({ isUnread: true, lastMessageAt: until });
  expect(back.snoozedUntil).toBeUndefined();
  const actions = (await rows(t, "auditEntries")).map(({ action }) => action);
  expect(actions.filter((action) => action.includes("snooze"))).toEqual(["thread.snoozed", "thread.unsnoozed"]);
});

it("sleeps on when it was snoozed anew, and the sweeper finds a lost wake-up", async () => {
  const { t, threadId, places, snooze } = await withThread();
  const first = Date.now() + HOUR_MS;
  const second = first + DAY_MS;
  await snooze(first);
  await snooze(second);
  vi.setSystemTime(first);
  await t.mutation(internal.inbox.snooze.jobs.wake, { threadId, until: first });
  await t.mutation(internal.inbox.snooze.jobs.sweep, {});
  expect(await places()).toEqual([0, 0, 1]);
  vi.setSystemTime(second + MINUTE_MS);
  await t.mutation(internal.inbox.snooze.jobs.sweep, {});
  expect(await places()).toEqual([1, 1, 0]);
});

it("waits for the customer without a time, and their words end every snooze", async () => {
  for (const days of [null, 30]) {
    const { t, inbox, places, snooze } = await withThread();
    await snooze(days === null ? null : Date.now() + days * DAY_MS);
    vi.setSystemTime(Date.now() + HOUR_MS);
    await t.mutation(internal.inbox.snooze.jobs.sweep, {});
    expect(await places()).toEqual([0, 0, 1]);
    const headers = { ...MAX_MAIL, "Message-ID": "<m2@example.org>", "In-Reply-To": "<m1@example.org>" };
    await deliverMail(t, inbox, mail(headers, "Noch etwas"));
    expect(await rows(t, "threads")).toHaveLength(1);
    expect(await places()).toEqual([1, 1, 0]);
    // It was their words that brought it back, not its time.
    expect((await rows(t, "auditEntries")).map(({ action }) => action)).not.toContain("thread.unsnoozed");
  }
});

it("ends by hand and by closing; reopened it is in the lists", async () => {
  const { orgId, as, threadId, places, snooze } = await withThread();
  await snooze(null);
  await as.mutation(api.inbox.snooze.mutations.unsnooze, { orgId, threadId });
  expect(await places()).toEqual([1, 1, 0]);
  await snooze(null);
  await as.mutation(api.inbox.mutations.setStatus, { orgId, threadId, status: "closed" });
  expect(await places()).toEqual([0, 0, 0]);
  expect(await errorOf(snooze(null))).toMatchObject({ code: "invalid" });
  await as.mutation(api.inbox.mutations.setStatus, { orgId, threadId, status: "open" });
  expect(await places()).toEqual([1, 1, 0]);
});

it("refuses times past and far, and strangers", async () => {
  const { t, threadId, snooze } = await withThread();
  for (const until of [NOON - 1, Date.now(), Date.now() + 400 * DAY_MS, Number.NaN]) {
    expect(await errorOf(snooze(until))).toMatchObject({ code: "invalid" });
  }
  const other = await makeOrg(t);
  const stranger = await makeMember(t, other, "agent", "stranger");
  const asked = { orgId: other, threadId, until: null };
  expect(await errorOf(stranger.as.mutation(api.inbox.snooze.mutations.snooze, asked))).toMatchObject({
    code: "not_found",
  });
});
