import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { setupConvex } from "../../../tests/support/convex";
import {
  allRows,
  asAdmin,
  deviceMessages,
  inMutation,
  makeWorkspace,
  NOON,
  queueText,
  rowOf,
  runJobs,
  type Convex,
  type Workspace,
} from "../../../tests/support/delivery";
import { api } from "../../_generated/api";
import type { Id } from "../../_generated/dataModel";
import { resolveContact } from "../../contacts/model";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../../lib/time";
import { moveHolds } from "../merging/model";
import { moveMessage, type NewMessage } from "../model";
import { explain } from "../model/explain";
import { DEFAULT_SETTINGS } from "../settings/defaults";
import type { Settings } from "../settings/schema";
import { holdPerson, liftHold } from "./model";

vi.mock("../../events/subscriptions", () => ({ REACTIONS: [], reactionsTo: () => [] }));
vi.mock("../sourceChecks", () => ({ SOURCE_CHECKS: { sequence: null, agent: null, system: null, api: null } }));

let t: Convex;
let workspace: Workspace;

async function begin(): Promise<void> {
  vi.setSystemTime(NOON);
  t = setupConvex();
  workspace = await makeWorkspace(t);
}
beforeEach(async () => {
  vi.useFakeTimers({ now: NOON, toFake: ["setTimeout", "clearTimeout", "Date"] });
  await begin();
});
afterEach(() => vi.useRealTimers());

/** Runs what is due up to `at`, and stops the clock there. */
async function runUntil(at: number): Promise<void> {
  const job = () => new Promise<void>((done) => setTimeout(done, Math.max(0, at - Date.now())));
  let isThere = false;
  void job().then(() => (isThere = true));
  while (!isThere) {
    vi.advanceTimersToNextTimer();
    await t.finishInProgressScheduledFunctions();
  }
}

const JOURNEY = {
  kind: "sequence",
  sequenceId: "s",
  enrolmentId: "e",
  stepId: "p",
  stepRunId: "r",
  bookingId: "b",
} as const;
/** Advice after a visit, planned by a journey: may be sent without consent, but has time. */
const advice = (key: string, overrides: Partial<NewMessage> = {}) =>
  queueText(t, workspace, { source: JOURNEY, purpose: "service", idempotencyKey: key, ...overrides });
const set = (change: Partial<Settings["humanFirst"]> = {}) =>
  asAdmin(t).mutation(api.delivery.settings.mutations.update, {
    orgId: workspace.orgId,
    change: { humanFirst: { ...DEFAULT_SETTINGS.humanFirst, purposes: ["marketing", "service"], ...change } },
  });
const talkUntil = (until: number, threadId = "t1") =>
  inMutation(t, (ctx) =>
    holdPerson(ctx, {
      orgId: workspace.orgId,
      contactId: workspace.contactId,
      cause: "conversation",
      threadId,
      memberId: workspace.memberId,
      until,
    }),
  );
const complain = (threadId: string) =>
  inMutation(t, (ctx) =>
    holdPerson(ctx, { orgId: workspace.orgId, contactId: workspace.contactId, cause: "complaint", threadId }),
  );
const settleComplaint = (threadId: string) =>
  inMutation(t, (ctx) => liftHold(ctx, { contactId: workspace.contactId, cause: "complaint", threadId }));
const stateOf = async (queueId: Id<"messageQueue">) => (await rowOf(t, queueId)).state;
const hasGone = async (queueId: Id<"messageQueue">) => (await rowOf(t, queueId)).group === "sent";
const waiting = () =>
  asAdmin(t).query(api.delivery.holds.queries.ofContact, { orgId: workspace.orgId, contactId: workspace.contactId });
const person = () => ({ orgId: workspace.orgId, contactId: workspace.contactId });
const linesOf = async (queueId: Id<"messageQueue">) =>
  (await t.run(async (ctx) => await explain(ctx, queueId))).map(({ stage, rule }) => `${stage}/${rule}`);

describe("while the team talks with a person", () => {
  beforeEach(async () => {
    await set();
    await runUntil(NOON + 1);
  });

  it("automatic messages wait, say why, and go when it is over", async () => {
    await talkUntil(NOON + 30 * MINUTE_MS);
    const { queueId } = await advice("a");
    await runUntil(NOON + MINUTE_MS);
    expect(await stateOf(queueId)).toMatchObject({ kind: "held", reason: "human_first_conversation" });
    expect(await waiting()).toMatchObject({
      cause: "conversation",
      by: "Anna Admin",
      count: 1,
      messages: [{ isDue: true }],
    });
    await runUntil(NOON + 31 * MINUTE_MS);
    expect(await hasGone(queueId)).toBe(true);
    expect(await linesOf(queueId)).toEqual(expect.arrayContaining(["hold/human_first", "hold/talk_over"]));
    expect(await waiting()).toBeNull();
    expect(await allRows(t, "personHolds")).toEqual([]);
  });

  it("what is urgent, written by a member, or of another purpose goes", async () => {
    await talkUntil(NOON + 30 * MINUTE_MS);
    await advice("urgent", { lane: "critical" });
    await advice("reply", {
      source: { kind: "agent", threadId: "t1", messageId: "m", memberId: workspace.memberId },
    });
    await advice("confirmation", { purpose: "transactional" });
    await runUntil(NOON + MINUTE_MS);
    expect(await deviceMessages(t)).toHaveLength(3);
  });

  it("another person's messages go", async () => {
    await talkUntil(NOON + 30 * MINUTE_MS);
    const { _id: otherId } = await inMutation(t, (ctx) =>
      resolveContact(ctx, { orgId: workspace.orgId, name: "Eva", email: "eva@example.org" }),
    );
    const { queueId } = await advice("other", { contactId: otherId });
    await runUntil(NOON + MINUTE_MS);
    expect(await hasGone(queueId)).toBe(true);
  });

  it("a talk that goes on holds them longer", async () => {
    await talkUntil(NOON + 30 * MINUTE_MS);
    const { queueId } = await advice("a");
    await runUntil(NOON + 20 * MINUTE_MS);
    await talkUntil(NOON + 50 * MINUTE_MS);
    await runUntil(NOON + 40 * MINUTE_MS);
    expect(await stateOf(queueId)).toMatchObject({ kind: "held" });
    await runUntil(NOON + 51 * MINUTE_MS);
    expect(await hasGone(queueId)).toBe(true);
  });

  it("the end of a talk does not end a complaint", async () => {
    await talkUntil(NOON + 10 * MINUTE_MS);
    await complain("t1");
    await complain("t2");
    const { queueId } = await advice("a");
    await runUntil(NOON + HOUR_MS);
    expect(await stateOf(queueId)).toMatchObject({ reason: "human_first_complaint" });
    await settleComplaint("t1");
    await runUntil(NOON + 2 * HOUR_MS);
    expect(await stateOf(queueId)).toMatchObject({ kind: "held" });
    await settleComplaint("t2");
    await runUntil(NOON + 2 * HOUR_MS + MINUTE_MS);
    expect(await hasGone(queueId)).toBe(true);
  });

  it("the time they wait is not part of their age", async () => {
    await set({ dropsAfterHours: 24 * 10 });
    await complain("t1");
    const { queueId } = await advice("a");
    await runUntil(NOON + 4 * DAY_MS);
    await settleComplaint("t1");
    await runUntil(NOON + 4 * DAY_MS + MINUTE_MS);
    expect(await hasGone(queueId)).toBe(true);
  });

  it("what waited for too long is dropped, and says so", async () => {
    await complain("t1");
    const { queueId } = await advice("a");
    await runUntil(NOON + 4 * DAY_MS);
    await settleComplaint("t1");
    await runUntil(NOON + 4 * DAY_MS + MINUTE_MS);
    expect(await stateOf(queueId)).toMatchObject({ kind: "skipped", reason: "held_too_long" });
    expect(await deviceMessages(t)).toEqual([]);
  });

  it("a contact that is merged into another takes its talks along", async () => {
    await complain("t1");
    const { orgId, contactId: from } = workspace;
    const { _id: to } = await inMutation(t, (ctx) =>
      resolveContact(ctx, { orgId, name: "Max M.", email: "mm@example.org" }),
    );
    const { queueId } = await advice("other", { contactId: to, dueAt: NOON + HOUR_MS });
    const { ids } = await inMutation(t, (ctx) => moveHolds(ctx, { from, to, which: { kind: "page", cursor: null } }));
    await runUntil(NOON + 2 * HOUR_MS);
    expect(await stateOf(queueId)).toMatchObject({ kind: "held" });
    const back = { from: to, to: from, which: { kind: "rows", ids } } as const;
    await inMutation(t, (ctx) => moveHolds(ctx, back));
    expect(await waiting()).toMatchObject({ cause: "complaint" });
  });

  it("switched off, everything goes", async () => {
    await complain("t1");
    const { queueId } = await advice("a");
    await runUntil(NOON + MINUTE_MS);
    await set({ isEnabled: false });
    await runUntil(NOON + 2 * MINUTE_MS);
    expect(await hasGone(queueId)).toBe(true);
    expect(await allRows(t, "personHolds")).toEqual([]);
  });

  it("a purpose that is let go later goes then", async () => {
    await complain("t1");
    const { queueId } = await advice("a");
    await runUntil(NOON + MINUTE_MS);
    await set({ purposes: ["marketing"] });
    await runUntil(NOON + 2 * MINUTE_MS);
    expect(await hasGone(queueId)).toBe(true);
  });
});

describe("a member", () => {
  beforeEach(async () => {
    await set();
    await complain("t1");
    await runUntil(NOON + 1);
  });

  it("lets go what waits, and what is planned for soon", async () => {
    const [now, later] = [await advice("a"), await advice("b", { dueAt: NOON + HOUR_MS })];
    await runUntil(NOON + MINUTE_MS);
    expect(await waiting()).toMatchObject({ count: 2, until: null });
    expect(await asAdmin(t).mutation(api.delivery.holds.mutations.release, person())).toBe(2);
    await runUntil(NOON + 2 * MINUTE_MS);
    expect(await hasGone(now.queueId)).toBe(true);
    expect(await stateOf(later.queueId)).toMatchObject({ kind: "pending" });
    await runUntil(NOON + HOUR_MS + MINUTE_MS);
    expect(await hasGone(later.queueId)).toBe(true);
    expect(await linesOf(now.queueId)).toContain("hold/member_released");
  });

  it("lets them wait on after the complaint is settled", async () => {
    const { queueId } = await advice("a");
    await asAdmin(t).mutation(api.delivery.holds.mutations.keep, { ...person(), hours: 4 });
    await settleComplaint("t1");
    await runUntil(NOON + 3 * HOUR_MS);
    expect(await stateOf(queueId)).toMatchObject({ kind: "held", reason: "human_first_member" });
    await runUntil(NOON + 4 * HOUR_MS + MINUTE_MS);
    expect(await hasGone(queueId)).toBe(true);
  });

  it.each([0, -1, Number.NaN, 24 * 14 + 1])("cannot hold them for %s hours", async (hours) => {
    await expect(asAdmin(t).mutation(api.delivery.holds.mutations.keep, { ...person(), hours })).rejects.toMatchObject({
      data: { code: "invalid", field: "hours" },
    });
  });

  it("drops them", async () => {
    const { queueId } = await advice("a");
    await runUntil(NOON + MINUTE_MS);
    expect(await asAdmin(t).mutation(api.delivery.holds.mutations.drop, person())).toBe(1);
    await settleComplaint("t1");
    await runUntil(NOON + 2 * MINUTE_MS);
    expect(await stateOf(queueId)).toMatchObject({ kind: "cancelled", reason: "dropped_in_talk" });
    expect(await deviceMessages(t)).toEqual([]);
  });

  it("sees in the queue what will wait before its time", async () => {
    const { queueId } = await advice("a", { dueAt: NOON + HOUR_MS });
    const seen = () => asAdmin(t).query(api.delivery.queries.getMessage, { orgId: workspace.orgId, queueId });
    expect(await seen()).toMatchObject({ state: { kind: "pending" }, willWaitFor: "complaint" });
    await settleComplaint("t1");
    expect((await seen()).willWaitFor).toBeUndefined();
  });

  it("that moves a held message does not make it older", async () => {
    const { queueId } = await advice("a");
    await runUntil(NOON + DAY_MS);
    await inMutation(t, (ctx) => moveMessage(ctx, queueId, NOON + 4 * DAY_MS));
    await settleComplaint("t1");
    await runUntil(NOON + 4 * DAY_MS + MINUTE_MS);
    expect(await hasGone(queueId)).toBe(true);
  });
});

describe("whatever happens in whatever order", () => {
  const vAct = fc.oneof(
    fc.record({ kind: fc.constant("talk" as const), minutes: fc.integer({ min: 1, max: 90 }) }),
    fc.record({ kind: fc.constant("complain" as const), thread: fc.nat({ max: 1 }) }),
    fc.record({ kind: fc.constant("settle" as const), thread: fc.nat({ max: 1 }) }),
    fc.record({ kind: fc.constant("queue" as const), minutes: fc.integer({ min: 0, max: 60 }) }),
  );

  it("no automatic message leaves during a talk, and none is forgotten", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(fc.integer({ min: 0, max: 45 }), vAct), { maxLength: 12 }), async (acts) => {
        await begin();
        await set();
        let now = NOON;
        const complaints: { thread: number; from: number; to: number }[] = [];
        const talks: { from: number; to: number }[] = [];
        let queued = 0;
        for (const [wait, act] of acts) {
          now += wait * MINUTE_MS + 1;
          await runUntil(now);
          const open = complaints.find((each) => "thread" in act && each.thread === act.thread && each.to === Infinity);
          if (act.kind === "talk") {
            await talkUntil(now + act.minutes * MINUTE_MS);
            // Less than a minute more is not worth a write.
            talks.push({ from: now, to: now + (act.minutes - 1) * MINUTE_MS });
          } else if (act.kind === "complain") {
            await complain(`t${act.thread}`);
            if (open === undefined) complaints.push({ thread: act.thread, from: now, to: Infinity });
          } else if (act.kind === "settle") {
            await settleComplaint(`t${act.thread}`);
            if (open !== undefined) open.to = now;
          } else {
            await advice(`m${queued++}`, { dueAt: now + act.minutes * MINUTE_MS });
          }
        }
        await runUntil((now += 3 * HOUR_MS));
        for (const thread of [0, 1]) await settleComplaint(`t${thread}`);
        for (const each of complaints) each.to = Math.min(each.to, now);
        await runJobs(t);
        const rows = await allRows(t, "messageQueue");
        expect(rows.map(({ group }) => group)).toEqual(rows.map(() => "sent"));
        const sentAt = (await allRows(t, "attempts")).map(({ startedAt }) => startedAt);
        expect(sentAt).toHaveLength(queued);
        const during = [...talks, ...complaints];
        expect(sentAt.filter((at) => during.some(({ from, to }) => at > from && at < to))).toEqual([]);
        expect(await allRows(t, "personHolds")).toEqual([]);
      }),
      { numRuns: 30 },
    );
  });
});
