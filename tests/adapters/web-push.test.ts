import { createPublicKey, verify } from "node:crypto";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from "vitest";
import { startStub, type RecordedRequest, type Stub } from "./stub-server.ts";
import { setupConvex } from "../support/convex.ts";
import { allRows, inMutation, NOON, type Convex } from "../support/delivery.ts";
import { makeMember, makeOrg } from "../support/members.ts";
import { pushBrowser } from "../support/push-browser.ts";
import { api, internal } from "../../convex/_generated/api";
import type { Id } from "../../convex/_generated/dataModel";
import { tell } from "../../convex/notifications/model/store";

// A push as a browser receives it (RFC 8030, 8188, 8291, 8292): the stub is the push service, the test the browser.

const MINUTE_MS = 60_000;
const { subscribe, prepare } = api.notifications.push.mutations;
const { state } = api.notifications.push.queries;

let stub: Stub;
beforeAll(async () => {
  stub = await startStub();
});
afterAll(async () => {
  await stub.stop();
});
beforeEach(() => {
  process.env.WEBHOOKS_ALLOW_LOOPBACK = "true";
  vi.useFakeTimers({ now: NOON, toFake: ["Date"] });
  stub.answer({ status: 201 });
});
afterEach(() => {
  delete process.env.WEBHOOKS_ALLOW_LOOPBACK;
  vi.useRealTimers();
});

/** A browser that subscribed at the stub. */
function browser() {
  const { read, ...keys } = pushBrowser(`${stub.url}/push/a`);
  return {
    subscription: { ...keys, name: "Firefox, Android", language: "de" as const },
    read: ({ body }: RecordedRequest) => read(body),
  };
}

/** What is scheduled for now or earlier runs, one after the other, as actions' network calls finish. */
async function settle(t: Convex): Promise<void> {
  for (let round = 0; round < 6; round += 1) {
    await new Promise((resolve) => setImmediate(resolve));
    await t.finishInProgressScheduledFunctions();
  }
}

async function setUp(t: Convex) {
  const orgId = await makeOrg(t);
  const member = await makeMember(t, orgId, "agent", "bert");
  await t.action(internal.notifications.push.nodeJobs.makeKeys, {});
  return { orgId, ...member };
}

let causes = 0;
async function raise(
  t: Convex,
  memberId: Id<"members">,
  isByItself = false,
): Promise<{ notificationId: Id<"notifications">; at: number }> {
  causes += 1;
  const news = { kind: "alert", target: { kind: "alerts" }, key: "a", cause: String(causes) } as const;
  await inMutation(t, async (ctx) => {
    const member = await ctx.db.get("members", memberId);
    if (member === null) throw new Error("No member.");
    await tell(ctx, member, news, Date.now());
    if (isByItself) return;
    // The test makes each try itself.
    for (const { _id } of await ctx.db.system.query("_scheduled_functions").collect()) await ctx.scheduler.cancel(_id);
  });
  const [row] = await allRows(t, "notifications");
  return { notificationId: row!._id, at: row!.at };
}

/** One try for the first device, as the scheduler makes it. */
async function sendTo(t: Convex, order: { notificationId: Id<"notifications">; at: number }, tries = 1) {
  const [device] = await allRows(t, "pushDevices");
  await t.action(internal.notifications.push.nodeJobs.send, { ...order, deviceId: device!._id, tries });
}

it("is readable by its browser alone and signed with the deployment's key", async () => {
  const t = setupConvex();
  const { orgId, memberId, as } = await setUp(t);
  const phone = browser();
  await as.mutation(subscribe, { orgId, subscription: phone.subscription });
  const order = await raise(t, memberId);
  await sendTo(t, order);
  const [request] = stub.requests;
  expect(request!.headers).toMatchObject({ "content-encoding": "aes128gcm", ttl: "43200", urgency: "high" });
  expect(phone.read(request!)).toEqual({
    title: "Problem beim Senden",
    body: "",
    tag: order.notificationId,
    path: "/monitoring?range=day",
    orgId,
    badge: 1,
  });
  expect(() => browser().read(request!)).toThrow();
  const { publicKey } = await as.query(state, { orgId });
  const claims = vapidClaims(request!, publicKey!);
  expect(claims).toMatchObject({ aud: stub.url });
  const now = Date.now() / 1_000;
  expect(claims.exp).toBeGreaterThan(now);
  // RFC 8292 section 2: not more than a day.
  expect(claims.exp).toBeLessThanOrEqual(now + 24 * 60 * 60);
  expect(String(claims.sub)).toMatch(/^(mailto|https):/);
  expect((await allRows(t, "pushDevices"))[0]).toMatchObject({ lastSentAt: NOON });
});

/** The claims of a request's token, its signature checked with the key that subscriptions are made with. */
function vapidClaims({ headers }: RecordedRequest, publicKey: string) {
  const [, token, key] = /^vapid t=([^,]+), ?k=(.+)$/.exec(headers.authorization ?? "") ?? [];
  expect(key).toBe(publicKey);
  const [head, body, signature] = (token ?? "").split(".");
  const point = Buffer.from(publicKey, "base64url");
  const [x, y] = [point.subarray(1, 33), point.subarray(33)].map((half) => half.toString("base64url"));
  const jwk = createPublicKey({ format: "jwk", key: { kty: "EC", crv: "P-256", x, y } });
  const signed = Buffer.from(`${head}.${body}`);
  const options = { key: jwk, dsaEncoding: "ieee-p1363" as const };
  expect(verify("sha256", signed, options, Buffer.from(signature ?? "", "base64url"))).toBe(true);
  return JSON.parse(Buffer.from(body ?? "", "base64url").toString()) as Record<string, number>;
}

it("goes out by itself, and keeps one pair of keys for good", async () => {
  const t = setupConvex();
  const { orgId, memberId, as } = await setUp(t);
  const before = await as.query(state, { orgId });
  await as.mutation(prepare, { orgId });
  await t.action(internal.notifications.push.nodeJobs.makeKeys, {});
  expect(await as.query(state, { orgId })).toEqual(before);
  const [kept] = await allRows(t, "pushKeys");
  expect(kept!.encryptedPrivateKey).not.toContain(kept!.publicKey);
  const phone = browser();
  await as.mutation(subscribe, { orgId, subscription: phone.subscription });
  await raise(t, memberId, true);
  await settle(t);
  await vi.waitUntil(() => stub.requests.length === 1);
  expect(phone.read(stub.requests[0]!)).toMatchObject({ badge: 1 });
});

it.each([404, 410])("forgets a browser of which the push service says %i", async (status) => {
  const t = setupConvex();
  const { orgId, memberId, as } = await setUp(t);
  await as.mutation(subscribe, { orgId, subscription: browser().subscription });
  const order = await raise(t, memberId);
  stub.answer({ status });
  await sendTo(t, order);
  expect(await allRows(t, "pushDevices")).toEqual([]);
});

it("tries again later what was too much or broke, and gives up what is refused", async () => {
  const t = setupConvex();
  const { orgId, memberId, as } = await setUp(t);
  await as.mutation(subscribe, { orgId, subscription: browser().subscription });
  const order = await raise(t, memberId);
  const planned = async () =>
    (await t.run(async (ctx) => await ctx.db.system.query("_scheduled_functions").collect()))
      .filter(({ name, state: { kind } }) => name.includes("nodeJobs:send") && kind === "pending")
      .map(({ scheduledTime }) => scheduledTime - NOON)
      .filter((inMs) => inMs > 0);
  stub.answer({ status: 429, headers: { "retry-after": "120" } });
  await sendTo(t, order);
  expect(await planned()).toEqual([2 * MINUTE_MS]);
  stub.answer({ status: 503 });
  await sendTo(t, order, 2);
  expect(await planned()).toEqual([2 * MINUTE_MS, MINUTE_MS]);
  stub.answer({ status: 403 });
  await sendTo(t, order, 3);
  stub.answer({ status: 503 });
  await sendTo(t, order, 5);
  expect(await planned()).toHaveLength(2);
  expect((await as.query(state, { orgId })).devices[0]).toMatchObject({ problem: "The push service answered 503." });
});

it("does not call this machine unless the deployment allows it", async () => {
  const t = setupConvex();
  const { orgId, memberId, as } = await setUp(t);
  await as.mutation(subscribe, { orgId, subscription: browser().subscription });
  const order = await raise(t, memberId);
  delete process.env.WEBHOOKS_ALLOW_LOOPBACK;
  await sendTo(t, order);
  expect(stub.requests).toEqual([]);
  expect((await allRows(t, "pushDevices"))[0]!.problem).toBeDefined();
});
