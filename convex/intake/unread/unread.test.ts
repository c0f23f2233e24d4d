import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { setupConvex } from "../../../tests/support/convex";
import { inMutation, NOON, runJobs, type Convex } from "../../../tests/support/delivery";
import { deliverMail, HOOK_SECRET, mail, makeInbox, MAX_MAIL, rows, type Inbox } from "../../../tests/support/inbox";
import { errorOf, makeMember } from "../../../tests/support/members";
import { api, internal } from "../../_generated/api";
import { MINUTE_MS } from "../../lib/time";
import { finishRawEvent } from "../model";

const { summary, list, get, refused } = api.intake.unread.queries;
const { replay, discard, forget } = api.intake.unread.mutations;
const PAGE = { paginationOpts: { numItems: 10, cursor: null } };

beforeEach(() => void vi.useFakeTimers({ now: NOON }));
afterEach(() => vi.useRealTimers());

/** A mail whose reading was given up, as by a bug that is mended since. */
async function givenUp(t: Convex, inbox: Inbox, raw: string) {
  const rawEventId = await deliverMail(t, inbox, raw);
  await inMutation(t, async (ctx) => {
    for (const table of ["messages", "messageRefs", "threads"] as const) {
      for (const row of await ctx.db.query(table).take(50)) await ctx.db.delete(table, row._id);
    }
    const state = { kind: "received" as const };
    await ctx.db.patch("rawEvents", rawEventId, { state });
    await finishRawEvent(ctx, rawEventId, { kind: "failed", reason: "A bug.", attempts: 6 });
  });
  await runJobs(t);
  return rawEventId;
}

it("lists what nobody could read, with who wrote about what, and counts it", async () => {
  const t = setupConvex();
  const inbox = await makeInbox(t);
  const { orgId } = inbox;
  await givenUp(t, inbox, mail(MAX_MAIL, "Hallo"));
  const post = { method: "POST", headers: { Authorization: `Basic ${btoa(`x:${HOOK_SECRET}`)}` } };
  await t.fetch(`/hooks/email/postmark/${inbox.emailChannelId}`, { ...post, body: '{"Subject":"Nur ein Betreff"}' });
  await runJobs(t);
  const now = Date.now();
  expect(await inbox.as.query(summary, { orgId, now })).toMatchObject({ count: 2, isMore: false, oldestAt: NOON });
  const failed = (await inbox.as.query(list, { orgId, now, group: "failed", ...PAGE })).page;
  expect(failed).toMatchObject([
    { from: "max@example.org", subject: "Frage zum Kurs", code: "gave_up", reason: "A bug.", attempts: 6 },
  ]);
  const [rejected] = (await inbox.as.query(list, { orgId, now, group: "rejected", ...PAGE })).page;
  expect(rejected).toMatchObject({ kind: "email_postmark", code: "invalid", field: "From", from: null });
  const detail = await inbox.as.query(get, { orgId, rawEventId: rejected!.id });
  expect(detail.text).toContain("Nur ein Betreff");
});

it("counts what waits to be read for a quarter of an hour, not what just came", async () => {
  const t = setupConvex();
  const inbox = await makeInbox(t);
  const { orgId, emailChannelId: sourceId } = inbox;
  await inMutation(t, async (ctx) => {
    const body = { kind: "text" as const, text: mail(MAX_MAIL, "Hallo") };
    const state = { kind: "received" as const };
    const row = { orgId, sourceId, kind: "email_raw" as const, dedupeKey: "lost", body, state, receivedAt: NOON };
    await ctx.db.insert("rawEvents", row);
  });
  const counted = async (now: number) => (await inbox.as.query(summary, { orgId, now })).count;
  expect([await counted(NOON), await counted(NOON + 15 * MINUTE_MS + 1)]).toEqual([0, 1]);
});

it("is read again once, and doubles nothing that came in meanwhile", async () => {
  const t = setupConvex();
  const inbox = await makeInbox(t);
  const { orgId } = inbox;
  const rawEventId = await givenUp(t, inbox, mail(MAX_MAIL, "Hallo"));
  expect(await rows(t, "messages")).toHaveLength(0);
  expect(await inbox.as.mutation(replay, { orgId, rawEventIds: [rawEventId, rawEventId] })).toBe(1);
  expect(await inbox.as.mutation(replay, { orgId, rawEventIds: [rawEventId] })).toBe(0);
  await runJobs(t);
  expect(await rows(t, "messages")).toMatchObject([{ text: "Hallo" }]);
  expect(await inbox.as.mutation(replay, { orgId, rawEventIds: [rawEventId] })).toBe(0);
  // The provider delivered the same mail again in the meantime, under a key of its own.
  const raw = `X-Delivery: 2\r\n${mail(MAX_MAIL, "Hallo")}`;
  const again = await deliverMail(t, inbox, raw);
  await inMutation(t, async (ctx) => {
    await ctx.db.patch("rawEvents", again, { state: { kind: "rejected", at: NOON, code: "invalid", reason: "x" } });
  });
  expect(await inbox.as.mutation(replay, { orgId, rawEventIds: [again] })).toBe(1);
  await runJobs(t);
  expect((await rows(t, "messages")).filter(({ messageType }) => messageType === "incoming")).toHaveLength(1);
});

it("is put aside for a reason, and read all the same if somebody thinks better of it", async () => {
  const t = setupConvex();
  const inbox = await makeInbox(t);
  const { orgId } = inbox;
  const rawEventId = await givenUp(t, inbox, mail(MAX_MAIL, "Hallo"));
  const chosen = { orgId, rawEventIds: [rawEventId] };
  expect(await errorOf(inbox.as.mutation(discard, { ...chosen, reason: " " }))).toMatchObject({ field: "reason" });
  expect(await inbox.as.mutation(discard, { ...chosen, reason: "Newsletter" })).toBe(1);
  expect((await inbox.as.query(summary, { orgId, now: Date.now() })).count).toBe(0);
  const entries = (await rows(t, "auditEntries")).filter(({ action }) => action === "intake_event.discarded");
  expect(entries).toMatchObject([{ subject: { id: rawEventId }, details: { reason: "Newsletter" } }]);
  expect(await inbox.as.mutation(replay, chosen)).toBe(1);
  await runJobs(t);
  expect(await rows(t, "messages")).toHaveLength(1);
});

it("is nobody's business but admins' and managers'", async () => {
  const t = setupConvex();
  const inbox = await makeInbox(t);
  const { orgId } = inbox;
  const lead = await makeMember(t, orgId, "team_lead", "lead");
  const manager = await makeMember(t, orgId, "manager", "boss");
  const asked = { orgId, now: NOON, group: "failed" as const, ...PAGE };
  expect(await errorOf(lead.as.query(list, asked))).toMatchObject({ code: "forbidden" });
  expect((await manager.as.query(list, asked)).page).toEqual([]);
  expect((await lead.as.query(summary, { orgId, now: NOON })).count).toBe(0);
});

it("says when an address is called with the wrong password again and again, until somebody saw to it", async () => {
  const t = setupConvex();
  const inbox = await makeInbox(t);
  const { orgId } = inbox;
  const headers = { Authorization: `Basic ${btoa("x:the old one")}` };
  const call = async () => {
    vi.setSystemTime(Date.now() + 2_000);
    return (await t.fetch(`/hooks/email/raw/${inbox.emailChannelId}`, { method: "POST", headers, body: "x" })).status;
  };
  const series = async () => await inbox.as.query(refused, { orgId });
  expect([await call(), await call()]).toEqual([401, 401]);
  expect(await series()).toEqual([]);
  await call();
  const [found] = await series();
  expect(found).toMatchObject({ why: "secret", count: 3, source: expect.any(String) });
  await t.mutation(internal.alerts.jobs.watchOne, { orgId });
  const alerts = await inbox.as.query(api.alerts.queries.open, { orgId });
  expect(alerts.map(({ kind }) => kind)).toContain("intake_refused");
  await inbox.as.mutation(forget, { orgId, refusedCallsId: found!.id });
  expect(await series()).toEqual([]);
});
