import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { setupConvex } from "../../../tests/support/convex";
import { allRows, inMutation, NOON, type Convex } from "../../../tests/support/delivery";
import { mail, makeInbox, MAX_MAIL } from "../../../tests/support/inbox";
import { errorOf, makeMember, makeOrg } from "../../../tests/support/members";
import { api, internal } from "../../_generated/api";
import type { Doc, Id } from "../../_generated/dataModel";
import { storeRawEvent } from "../../intake/model";
import { tell } from "../model/store";
import { loadPush } from "./model/sending";
import { isWaitedFor, nextTryIn, outcomeOf } from "./rules";

const MINUTE_MS = 60_000;
const { subscribe, unsubscribe, forget } = api.notifications.push.mutations;
const { consider } = internal.notifications.push.jobs;
const PHONE = {
  endpoint: "https://push.example.org/send/1",
  p256dh: `B${"a".repeat(86)}`,
  auth: "s".repeat(22),
  name: "Chrome, Android",
  language: "en" as const,
};

beforeEach(() => {
  vi.useFakeTimers({ now: NOON });
});
afterEach(() => {
  vi.useRealTimers();
});

async function setUp(t: Convex) {
  const inbox = await makeInbox(t);
  const bert = await makeMember(t, inbox.orgId, "agent", "bert");
  const { orgId, emailChannelId: sourceId } = inbox;
  const body = { kind: "text", text: mail(MAX_MAIL, "Hallo, mein Termin") } as const;
  await inMutation(t, (ctx) => storeRawEvent(ctx, { orgId, kind: "email_raw", sourceId, dedupeKey: "1", body }));
  for (let round = 0; round < 4; round += 1) {
    vi.advanceTimersByTime(0);
    await t.finishInProgressScheduledFunctions();
  }
  const [thread] = await allRows(t, "threads");
  await inMutation(t, (ctx) => ctx.db.insert("pushKeys", { publicKey: "B", encryptedPrivateKey: "x" }));
  return { inbox, orgId, bert, threadId: thread!._id };
}

type Told = { kind?: Doc<"notifications">["kind"]; threadId: Id<"threads">; cause?: string };

async function tellBert(t: Convex, memberId: Id<"members">, { kind = "deadline", threadId, cause = "c" }: Told) {
  const target = { kind: "thread", threadId } as const;
  await inMutation(t, async (ctx) => {
    const member = (await ctx.db.get("members", memberId))!;
    await tell(ctx, member, { kind, target, key: `${kind}:${threadId}`, cause }, Date.now());
  });
  const rows = await allRows(t, "notifications");
  const { _id: notificationId, at } = rows.at(-1)!;
  return { notificationId, at };
}

/** The jobs of this part that wait, by name. */
async function waiting(t: Convex): Promise<string[]> {
  const jobs = await t.run(async (ctx) => await ctx.db.system.query("_scheduled_functions").take(200));
  return jobs
    .filter(({ state }) => state.kind === "pending")
    .flatMap(({ name }) => /notifications\/push\/(\w+:\w+)/.exec(name)?.[1] ?? []);
}

describe("what is pushed", () => {
  it("is what is critical by default, in a critical conversation everything, else what was chosen", async () => {
    const t = setupConvex();
    const { orgId, bert, threadId } = await setUp(t);
    await bert.as.mutation(subscribe, { orgId, subscription: PHONE });
    await tellBert(t, bert.memberId, { kind: "assigned", threadId });
    expect(await waiting(t)).toEqual([]);
    await tellBert(t, bert.memberId, { threadId });
    expect(await waiting(t)).toEqual(["jobs:consider"]);
    await t.run((ctx) => ctx.db.patch("threads", threadId, { priority: "critical" }));
    await tellBert(t, bert.memberId, { kind: "new_message", threadId });
    expect(await waiting(t)).toHaveLength(2);
    const settings = await bert.as.query(api.notifications.queries.settings, { orgId });
    const choices = [
      { kind: "new_message" as const, channels: ["app" as const] },
      { kind: "mentioned" as const, channels: ["app" as const, "push" as const] },
    ];
    await bert.as.mutation(api.notifications.mutations.saveMySettings, { orgId, ...settings, choices });
    await tellBert(t, bert.memberId, { kind: "new_message", threadId, cause: "c2" });
    expect(await waiting(t)).toHaveLength(2);
    await tellBert(t, bert.memberId, { kind: "mentioned", threadId });
    expect(await waiting(t)).toHaveLength(3);
  });

  it("costs nothing where no device is", async () => {
    const t = setupConvex();
    const { bert, threadId } = await setUp(t);
    await tellBert(t, bert.memberId, { threadId });
    expect(await waiting(t)).toEqual([]);
  });

  it("says who and what, or only what happened where its reader chose that", async () => {
    const t = setupConvex();
    const { orgId, bert, threadId } = await setUp(t);
    const deviceId = await bert.as.mutation(subscribe, { orgId, subscription: PHONE });
    const order = await tellBert(t, bert.memberId, { kind: "new_message", threadId });
    const payload = async () => {
      const push = await t.run((ctx) => loadPush(ctx, order, deviceId!));
      return JSON.parse(push!.payload) as Record<string, unknown>;
    };
    expect(await payload()).toMatchObject({
      title: "New message",
      body: "Max Muster · Frage zum Kurs\nHallo, mein Termin",
      path: `/inbox/${threadId}?view=mine`,
      badge: 1,
    });
    const settings = await bert.as.query(api.notifications.queries.settings, { orgId });
    await bert.as.mutation(api.notifications.mutations.saveMySettings, { orgId, ...settings, isPushPrivate: true });
    expect(await payload()).toMatchObject({ title: "New message", body: "Open Switchboard to read it" });
  });
});

describe("when", () => {
  it("not while the member looks at any tab; a minute later it is asked again, for a quarter of an hour", async () => {
    const t = setupConvex();
    const { orgId, bert, threadId } = await setUp(t);
    await bert.as.mutation(subscribe, { orgId, subscription: PHONE });
    const order = await tellBert(t, bert.memberId, { threadId });
    await bert.as.mutation(api.inbox.teams.mutations.here, { orgId, isLooking: true });
    await t.mutation(consider, order);
    expect(await waiting(t)).toEqual(["jobs:consider", "jobs:consider"]);
    // An open tab nobody looks at does not count, and the last look fades.
    vi.setSystemTime(NOON + 2 * MINUTE_MS);
    await bert.as.mutation(api.inbox.teams.mutations.here, { orgId, isLooking: false });
    await t.mutation(consider, order);
    expect((await waiting(t)).filter((name) => name === "nodeJobs:send")).toHaveLength(1);
    expect([isWaitedFor(0, 14 * MINUTE_MS), isWaitedFor(0, 15 * MINUTE_MS)]).toEqual([true, false]);
  });

  it("not in quiet hours, not when it is read, not when something newer is counted on it", async () => {
    const t = setupConvex();
    const { orgId, bert, threadId } = await setUp(t);
    await bert.as.mutation(subscribe, { orgId, subscription: PHONE });
    const sends = async () => (await waiting(t)).filter((name) => name === "nodeJobs:send").length;
    const old = await tellBert(t, bert.memberId, { threadId });
    vi.setSystemTime(NOON + 1_000);
    const order = await tellBert(t, bert.memberId, { threadId, cause: "c2" });
    await t.mutation(consider, old);
    expect(await sends()).toBe(0);
    const settings = await bert.as.query(api.notifications.queries.settings, { orgId });
    const save = api.notifications.mutations.saveMySettings;
    const quietHours = { start: "00:00", end: "23:59" };
    await bert.as.mutation(save, { orgId, ...settings, quietHours });
    await t.mutation(consider, order);
    expect(await sends()).toBe(0);
    await bert.as.mutation(save, { orgId, ...settings });
    await t.mutation(consider, order);
    expect(await sends()).toBe(1);
    await bert.as.mutation(api.notifications.mutations.markThread, { orgId, threadId });
    await t.mutation(consider, order);
    expect(await sends()).toBe(1);
  });

  it("never what the member may not open any more, asked right before sending", async () => {
    const t = setupConvex();
    const { orgId, bert, threadId } = await setUp(t);
    const deviceId = await bert.as.mutation(subscribe, { orgId, subscription: PHONE });
    const order = await tellBert(t, bert.memberId, { threadId });
    const load = async () => await t.run((ctx) => loadPush(ctx, order, deviceId!));
    expect(await load()).not.toBeNull();
    const scope = { channelIds: [], teamIds: [] };
    await t.run((ctx) => ctx.db.patch("members", bert.memberId, { scope }));
    expect(await load()).toBeNull();
    await t.run((ctx) => ctx.db.patch("members", bert.memberId, { scope: undefined, status: "suspended" }));
    expect(await load()).toBeNull();
  });
});

describe("devices", () => {
  it("are their member's, and go with a suspension", async () => {
    const t = setupConvex();
    const { inbox, orgId, bert } = await setUp(t);
    const deviceId = await bert.as.mutation(subscribe, { orgId, subscription: PHONE });
    expect(await bert.as.mutation(subscribe, { orgId, subscription: PHONE })).toBe(deviceId);
    expect((await inbox.as.query(api.notifications.push.queries.state, { orgId })).devices).toEqual([]);
    expect(await errorOf(inbox.as.mutation(unsubscribe, { orgId, deviceId: deviceId! }))).toMatchObject({
      code: "not_found",
    });
    const { setMemberStatus } = api.inbox.teams.mutations;
    await inbox.as.mutation(setMemberStatus, { orgId, memberId: bert.memberId, status: "suspended" });
    for (let round = 0; round < 4; round += 1) {
      vi.advanceTimersByTime(0);
      await t.finishInProgressScheduledFunctions();
    }
    expect(await allRows(t, "pushDevices")).toEqual([]);
  });

  it("tell nothing of who used the browser before, and nothing after signing out", async () => {
    const t = setupConvex();
    const { inbox, orgId, bert } = await setUp(t);
    await inbox.as.mutation(subscribe, { orgId, subscription: PHONE });
    await bert.as.mutation(subscribe, { orgId, subscription: PHONE });
    expect((await allRows(t, "pushDevices")).map(({ memberId }) => memberId)).toEqual([bert.memberId]);
    await inbox.as.mutation(forget, { endpoint: PHONE.endpoint });
    expect(await allRows(t, "pushDevices")).toHaveLength(1);
    await bert.as.mutation(forget, { endpoint: PHONE.endpoint });
    expect(await allRows(t, "pushDevices")).toEqual([]);
  });

  it("take a new address in place of the old one", async () => {
    const t = setupConvex();
    const { orgId, bert } = await setUp(t);
    const deviceId = await bert.as.mutation(subscribe, { orgId, subscription: PHONE });
    const subscription = { ...PHONE, endpoint: "https://push.example.org/send/2" };
    expect(await bert.as.mutation(subscribe, { orgId, subscription, replaces: PHONE.endpoint })).toBe(deviceId);
    expect((await allRows(t, "pushDevices"))[0]!.endpoint).toBe(subscription.endpoint);
    await bert.as.mutation(unsubscribe, { orgId, deviceId: deviceId! });
    const late = { ...PHONE, endpoint: "https://push.example.org/send/3" };
    expect(
      await bert.as.mutation(subscribe, { orgId, subscription: late, replaces: subscription.endpoint }),
    ).toBeNull();
    expect(await allRows(t, "pushDevices")).toEqual([]);
  });

  it.each([
    ["endpoint", { endpoint: "http://push.example.org/1" }],
    ["endpoint", { endpoint: "https://10.0.0.1/1" }],
    ["endpoint", { endpoint: "https://printer.local/1" }],
    ["p256dh", { p256dh: "short" }],
    ["auth", { auth: "" }],
    ["name", { name: " " }],
  ])("refuse an unsound %s", async (field, change) => {
    const t = setupConvex();
    const orgId = await makeOrg(t);
    const { as } = await makeMember(t, orgId, "agent", "bert");
    const refused = as.mutation(subscribe, { orgId, subscription: { ...PHONE, ...change } });
    expect(await errorOf(refused)).toMatchObject({ code: "invalid", field });
  });
});

it("an answer of a push service is told apart", () => {
  expect([200, 201, 204].map((status) => outcomeOf(status).kind)).toEqual(["sent", "sent", "sent"]);
  expect([404, 410].map((status) => outcomeOf(status).kind)).toEqual(["gone", "gone"]);
  expect([400, 403, 413].map((status) => nextTryIn(outcomeOf(status), 1))).toEqual([null, null, null]);
  expect([1, 2, 3, 4, 5].map((tries) => nextTryIn(outcomeOf(500), tries))).toEqual([
    10_000,
    MINUTE_MS,
    5 * MINUTE_MS,
    15 * MINUTE_MS,
    null,
  ]);
  expect(nextTryIn(outcomeOf(429, 30 * MINUTE_MS), 1)).toBe(30 * MINUTE_MS);
  expect(nextTryIn(outcomeOf(429, 120 * MINUTE_MS), 1)).toBeNull();
});
