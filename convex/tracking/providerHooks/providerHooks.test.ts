import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { setupConvex } from "../../../tests/support/convex";
import {
  allRows,
  inMutation,
  makeWorkspace,
  NOON,
  rowOf,
  runJobs,
  type Convex,
  type Workspace,
} from "../../../tests/support/delivery";
import {
  makeHook,
  makeMetaHook,
  metaEnvelope,
  metaFailed,
  metaStatus,
  postMeta,
  sentThrough,
  type Hook,
} from "../../../tests/support/provider-hooks";
import { internal } from "../../_generated/api";
import { primaryAddress } from "../../contacts/model";
import { suppressionOf } from "../../contacts/suppressions/model";
import { rateLimiter } from "../../lib/rateLimits";

// Whatever reacts to the events is tested where it lives.
vi.mock("../../events/subscriptions", () => ({ REACTIONS: [], reactionsTo: () => [] }));

let t: Convex;
let workspace: Workspace;
let meta: Hook;

beforeEach(async () => {
  vi.useFakeTimers({ now: NOON, toFake: ["setTimeout", "clearTimeout", "Date"] });
  t = setupConvex();
  workspace = await makeWorkspace(t);
  meta = await makeMetaHook(t, workspace);
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

const post = (payload: object | string, changes?: { path?: string; signature?: string }) =>
  postMeta(t, meta, payload, changes);

const rawEvents = () => allRows(t, "rawEvents");

describe("the provider route", () => {
  it("keeps what is signed, answers at once and applies it in a job", async () => {
    const queueId = await sentThrough(t, workspace, meta, {
      key: "m",
      channel: "whatsapp",
      providerMessageId: "wamid.1",
    });
    const response = await post(metaEnvelope({ statuses: [metaStatus("wamid.1", "delivered")] }));
    expect(response.status).toBe(200);
    expect((await rowOf(t, queueId)).state.kind).toBe("sent");
    expect(await rawEvents()).toMatchObject([
      { kind: "provider_webhook", sourceId: meta.connectionId, state: { kind: "received" } },
    ]);
    expect(JSON.stringify(await rawEvents())).not.toContain(meta.path.split("/").at(-1));
    await runJobs(t);
    expect((await rowOf(t, queueId)).state).toEqual({ kind: "delivered", at: NOON });
    expect(await rawEvents()).toMatchObject([{ state: { kind: "processed", result: "1 applied" } }]);
  });

  it("turns strangers away and stores nothing of theirs", async () => {
    const payload = metaEnvelope({ statuses: [metaStatus("wamid.1", "delivered")] });
    const refused = [
      await post(payload, { signature: "sha256=00" }),
      await post(payload, { path: `${meta.path}x` }),
      await post(payload, { path: meta.path.replace(/[^/]+$/, "") }),
      await post(payload, { path: `/hooks/provider/${workspace.connections.sms}/secret` }),
      await post(payload, { path: "/hooks/provider/nonsense/secret" }),
      await post(payload, { path: "/hooks/provider/" }),
    ];
    expect(refused.map((response) => response.status)).toEqual([401, 401, 401, 401, 401, 401]);
    // The same words whether the address or the signature was wrong.
    expect(new Set(await Promise.all(refused.map((response) => response.text()))).size).toBe(1);
    expect(await rawEvents()).toEqual([]);
  });

  it("does Meta's handshake", async () => {
    const ask = (token: string) => {
      const query = new URLSearchParams({ "hub.mode": "subscribe", "hub.verify_token": token, "hub.challenge": "42" });
      return t.fetch(`${meta.path}?${query}`, { method: "GET" });
    };
    const good = await ask("bitte-merken");
    expect([good.status, await good.text(), good.headers.get("content-type")]).toEqual([200, "42", "text/plain"]);
    expect((await ask("falsch")).status).toBe(403);
  });

  it("keeps what cannot be read, with the reason", async () => {
    expect((await post("[1, 2]")).status).toBe(200);
    await runJobs(t);
    expect(await rawEvents()).toMatchObject([{ state: { kind: "rejected", code: "invalid", field: "body" } }]);
  });

  it("answers Twilio with TwiML and verifies the public address, not the one behind the proxy", async () => {
    vi.stubEnv("PUBLIC_WEBHOOK_BASE_URL", "https://hub.example");
    const twilio = await makeHook(t, workspace, {
      provider: "twilio",
      channel: "sms",
      secrets: { authToken: "geheim" },
      settings: { accountSid: "AC1" },
    });
    const queueId = await sentThrough(t, workspace, twilio, { key: "s", channel: "sms", providerMessageId: "SM1" });
    const form = new URLSearchParams({ MessageSid: "SM1", MessageStatus: "delivered" });
    const signed = `${twilio.url}?m=xMessageSidSM1MessageStatusdelivered`;
    const key = await crypto.subtle.importKey(
      "raw",
      new TextEncoder().encode("geheim"),
      { name: "HMAC", hash: "SHA-1" },
      false,
      ["sign"],
    );
    const mac = await crypto.subtle.sign("HMAC", key, new TextEncoder().encode(signed));
    const response = await t.fetch(`${twilio.path}?m=x`, {
      method: "POST",
      headers: {
        "Content-Type": "application/x-www-form-urlencoded",
        "X-Twilio-Signature": btoa(String.fromCharCode(...new Uint8Array(mac))),
      },
      body: form.toString(),
    });
    expect([response.status, response.headers.get("content-type"), await response.text()]).toEqual([
      200,
      "text/xml",
      "<Response/>",
    ]);
    await runJobs(t);
    expect((await rowOf(t, queueId)).state.kind).toBe("delivered");
  });

  it("counts only what no signature proves", async () => {
    vi.spyOn(rateLimiter, "limit").mockResolvedValue({ ok: false, retryAfter: 1_500 });
    const account = { provider: "infobip", channel: "sms" } as const;
    const open = await makeHook(t, workspace, account);
    const guarded = await makeHook(t, workspace, { ...account, secrets: { webhookPassword: "geheim" } });
    const send = async ({ path }: Hook, authorization: string) =>
      (await t.fetch(path, { method: "POST", headers: { authorization }, body: '{"results":[]}' })).status;
    const basic = `Basic ${btoa("infobip:geheim")}`;
    expect([await send(open, ""), await send(guarded, basic)]).toEqual([429, 200]);
    expect((await post(metaEnvelope({ statuses: [metaStatus("wamid.1", "delivered")] }))).status).toBe(200);
    expect(await rawEvents()).toHaveLength(2);
  });

  it("refuses what is too large", async () => {
    expect((await post(" ".repeat(5 * 1024 * 1024 + 1))).status).toBe(413);
  });

  it("reads a batch that does not fit a row", async () => {
    const ids = Array.from({ length: 250 }, (_, i) => `wamid.${i}`);
    const queueId = await sentThrough(t, workspace, meta, {
      key: "m",
      channel: "whatsapp",
      providerMessageId: "wamid.249",
    });
    expect((await post(metaEnvelope({ statuses: ids.map((id) => metaStatus(id, "read")) }))).status).toBe(200);
    expect((await rawEvents())[0]?.body.kind).toBe("file");
    await runJobs(t);
    expect((await rowOf(t, queueId)).state.kind).toBe("read");
    expect((await rawEvents())[0]?.state).toMatchObject({ kind: "processed", result: "250 facts" });
    expect(await allRows(t, "earlyReceipts")).toHaveLength(249);
    expect(await allRows(t, "receipts")).toHaveLength(1);
  });
});

describe("a receipt", () => {
  it("fifty times in parallel makes one", async () => {
    await sentThrough(t, workspace, meta, { key: "m", channel: "whatsapp", providerMessageId: "wamid.1" });
    const payload = metaEnvelope({ statuses: [metaStatus("wamid.1", "delivered")] });
    const responses = await Promise.all(Array.from({ length: 50 }, () => post(payload)));
    expect(new Set(responses.map((response) => response.status))).toEqual(new Set([200]));
    await runJobs(t);
    expect(await rawEvents()).toHaveLength(1);
    expect(await allRows(t, "receipts")).toHaveLength(1);
    expect((await allRows(t, "decisions")).filter(({ stage }) => stage === "receipt")).toHaveLength(1);
  });

  it("inside other batches is still the same one", async () => {
    await sentThrough(t, workspace, meta, { key: "m", channel: "whatsapp", providerMessageId: "wamid.1" });
    await post(metaEnvelope({ statuses: [metaStatus("wamid.1", "delivered")] }));
    await post(metaEnvelope({ statuses: [metaStatus("wamid.1", "delivered"), metaStatus("wamid.x", "sent")] }));
    await runJobs(t);
    expect((await allRows(t, "receipts")).map(({ kind }) => kind)).toEqual(["delivered"]);
  });

  it("that comes before the send returned is applied once its answer is recorded", async () => {
    const queueId = await sentThrough(t, workspace, meta, { key: "m", channel: "whatsapp" });
    await post(metaEnvelope({ statuses: [metaStatus("wamid.1", "delivered")] }));
    vi.advanceTimersToNextTimer();
    await t.finishInProgressScheduledFunctions();
    expect(await allRows(t, "earlyReceipts")).toMatchObject([{ providerMessageId: "wamid.1", tries: 1 }]);
    expect((await rowOf(t, queueId)).state.kind).toBe("sending");
    await t.mutation(internal.delivery.jobs.exchange, {
      lane: "marketing",
      shard: 0,
      settlements: [{ queueId, attempt: 1, result: { kind: "accepted", providerMessageId: "wamid.1" }, tookMs: 5 }],
      room: 0,
    });
    await runJobs(t);
    expect((await rowOf(t, queueId)).state).toEqual({ kind: "delivered", at: NOON });
    expect(await allRows(t, "earlyReceipts")).toEqual([]);
    expect(await allRows(t, "receipts")).toHaveLength(1);
  });

  it("with our own key settles a message whose answer is lost", async () => {
    const queueId = await sentThrough(t, workspace, meta, { key: "m", channel: "whatsapp" });
    const ours = { biz_opaque_callback_data: `${queueId}:1` };
    await post(metaEnvelope({ statuses: [metaStatus("wamid.1", "delivered", ours)] }));
    await runJobs(t);
    expect(await rowOf(t, queueId)).toMatchObject({ state: { kind: "delivered" }, providerMessageId: "wamid.1" });
    // What follows is found by the provider's id, and the late answer changes nothing.
    await post(metaEnvelope({ statuses: [metaStatus("wamid.1", "read")] }));
    await t.mutation(internal.delivery.jobs.exchange, {
      lane: "marketing",
      shard: 0,
      settlements: [{ queueId, attempt: 1, result: { kind: "accepted", providerMessageId: "wamid.1" }, tookMs: 5 }],
      room: 0,
    });
    await runJobs(t);
    expect((await rowOf(t, queueId)).state.kind).toBe("read");
  });

  it("with the key of an earlier round is not about this one", async () => {
    const queueId = await sentThrough(t, workspace, meta, { key: "m", channel: "whatsapp" });
    const ours = { biz_opaque_callback_data: `${queueId}:7` };
    await post(metaEnvelope({ statuses: [metaStatus("wamid.1", "delivered", ours)] }));
    await runJobs(t);
    expect((await rowOf(t, queueId)).state.kind).toBe("sending");
  });

  it("for a message nobody knows expires", async () => {
    await post(metaEnvelope({ statuses: [metaStatus("wamid.other", "delivered")] }));
    await runJobs(t);
    expect(await allRows(t, "earlyReceipts")).toMatchObject([{ tries: 3 }]);
    for (let minutes = 0; minutes < 40 * 60; minutes += 30) {
      vi.setSystemTime(NOON + minutes * 60_000);
      await t.mutation(internal.tracking.receipts.jobs.sweep, {});
    }
    expect(await allRows(t, "earlyReceipts")).toEqual([]);
    expect(await allRows(t, "receipts")).toEqual([]);
  });

  it("of a failure keeps the provider's class and code on the message", async () => {
    const queueId = await sentThrough(t, workspace, meta, {
      key: "m",
      channel: "whatsapp",
      providerMessageId: "wamid.1",
    });
    await post(metaEnvelope({ statuses: [metaFailed("wamid.1", 131047)] }));
    await runJobs(t);
    expect((await rowOf(t, queueId)).state).toMatchObject({
      kind: "failed",
      failure: { class: "window_closed", code: "131047", reason: "details of 131047" },
    });
  });

  it("of somebody who wants no marketing suppresses it", async () => {
    await sentThrough(t, workspace, meta, { key: "m", channel: "whatsapp", providerMessageId: "wamid.1" });
    await post(metaEnvelope({ statuses: [metaFailed("wamid.1", 131050)] }));
    await runJobs(t);
    const of = (purpose: "marketing" | "transactional") =>
      inMutation(t, (ctx) =>
        suppressionOf(ctx, { orgId: workspace.orgId, channel: "whatsapp", address: "+4915112345678", purpose }),
      );
    expect(await of("marketing")).not.toBeNull();
    expect(await of("transactional")).toBeNull();
  });

  it("of an unsure 'undeliverable' ends the address only the second time", async () => {
    const usable = () => inMutation(t, (ctx) => primaryAddress(ctx, workspace.contactId, "whatsapp"));
    await sentThrough(t, workspace, meta, { key: "a", channel: "whatsapp", providerMessageId: "wamid.1" });
    await sentThrough(t, workspace, meta, { key: "b", channel: "whatsapp", providerMessageId: "wamid.2" });
    await post(metaEnvelope({ statuses: [metaFailed("wamid.1", 131026)] }));
    await runJobs(t);
    expect(await usable()).not.toBeNull();
    await post(metaEnvelope({ statuses: [metaFailed("wamid.2", 131026)] }));
    await runJobs(t);
    expect(await usable()).toBeNull();
  });
});
