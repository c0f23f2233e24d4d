import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { setupConvex } from "../../tests/support/convex";
import {
  agreeToWhatsApp,
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
} from "../../tests/support/delivery";
import { api, internal } from "../_generated/api";
import { createConnection } from "../connections/model";
import { keyOf } from "../delivery/model";
import { parseRaw } from "../intake/email/parseRaw";
import type { SandboxBehaviour } from "./schema";

// Whatever reacts to the events, or makes threads of what comes in, is tested where it lives.
vi.mock("../events/subscriptions", () => ({ REACTIONS: [], reactionsTo: () => [] }));

let t: Convex;
let workspace: Workspace;

beforeEach(async () => {
  vi.useFakeTimers({ now: NOON, toFake: ["setTimeout", "clearTimeout", "Date"] });
  t = setupConvex();
  workspace = await makeWorkspace(t);
});
afterEach(() => vi.useRealTimers());

const me = () => asAdmin(t);
const behave = async (channel: keyof Workspace["connections"], change: Partial<SandboxBehaviour>) => {
  const { orgId, connections } = workspace;
  await me().mutation(api.sandbox.mutations.setBehaviour, { orgId, connectionId: connections[channel], change });
};
const rawEvents = () => allRows(t, "rawEvents");

describe("the simulated provider", () => {
  const send = (key: string) =>
    t.mutation(internal.sandbox.jobs.accept, {
      orgId: workspace.orgId,
      connectionId: workspace.connections.sms,
      channel: "sms",
      idempotencyKey: key,
      address: "+4915112345678",
      name: "Max Muster",
      text: "Hallo",
      references: [],
    });

  it("puts a repeated key on the device once and answers the same", async () => {
    const first = await send("k");
    expect(first).toEqual({ result: { kind: "accepted", providerMessageId: "sandbox-k" }, afterMs: 0 });
    expect(await send("k")).toEqual(first);
    expect(await deviceMessages(t)).toHaveLength(1);
    await send("l");
    expect(await deviceMessages(t)).toHaveLength(2);
  });

  it.each([
    ["failing", { class: "transient", code: "500" }],
    ["rate_limited", { class: "rate_limited", retryAfterMs: 30_000 }],
    ["quota_exhausted", { class: "rate_limited", code: "429" }],
    ["dead", { class: "transient", code: "ECONNREFUSED" }],
  ] as const)("when %s refuses with %j and keeps nothing", async (sending, failure) => {
    await behave("sms", { sending });
    expect(await send("k")).toMatchObject({ result: { kind: "refused", failure }, afterMs: 0 });
    expect(await deviceMessages(t)).toEqual([]);
    await behave("sms", { sending: "normal" });
    expect(await send("k")).toMatchObject({ result: { kind: "accepted" } });
  });

  it("when slow takes the message and answers late", async () => {
    await behave("sms", { sending: "slow" });
    expect(await send("k")).toMatchObject({ result: { kind: "accepted" }, afterMs: 6_000 });
    expect(await deviceMessages(t)).toHaveLength(1);
  });

  it("when its answers are lost takes the message once, and the repeated send heals it", async () => {
    await behave("sms", { sending: "lost_answers", receipts: "none" });
    const { queueId } = await queueText(t, workspace, { channel: "sms" });
    await runJobs(t);
    expect(await deviceMessages(t)).toHaveLength(1);
    expect(await rowOf(t, queueId)).toMatchObject({ state: { kind: "sent" }, mayBeDuplicate: false });
    const outcomes = (await allRows(t, "attempts")).map(({ outcome }) => outcome.kind);
    expect(outcomes).toEqual(["lost", "accepted"]);
  });

  it("behaves per connection, changes only what it is told, and tells what it does", async () => {
    const { orgId, connections } = workspace;
    const other = await inMutation(t, (ctx) =>
      createConnection(ctx, { orgId, channel: "sms", provider: "sandbox", name: "Second", order: 9 }),
    );
    await behave("sms", { receipts: "duplicate" });
    await behave("sms", { sending: "dead" });
    const settings = await me().query(api.sandbox.queries.settings, { orgId });
    const behaviours = new Map(settings.map(({ connectionId, behaviour }) => [connectionId, behaviour]));
    expect(behaviours.get(connections.sms)).toEqual({ sending: "dead", receipts: "duplicate", answers: "none" });
    expect(behaviours.get(other)).toEqual({ sending: "normal", receipts: "in_order", answers: "none" });
    expect(settings).toHaveLength(4);
    await queueText(t, workspace, { channel: "sms" });
    await runJobs(t);
    expect((await deviceMessages(t)).map(({ connectionId }) => connectionId)).toEqual([other]);
  });

  it("cannot be a real provider", async () => {
    const { orgId } = workspace;
    const real = await inMutation(t, (ctx) =>
      createConnection(ctx, { orgId, channel: "sms", provider: "twilio", name: "Real", order: 9 }),
    );
    const change = { sending: "dead" } as const;
    const refused = me().mutation(api.sandbox.mutations.setBehaviour, { orgId, connectionId: real, change });
    await expect(refused).rejects.toMatchObject({ data: { code: "invalid", field: "connectionId" } });
  });
});

describe("a simulated provider's reports", () => {
  const kindsOf = async () => (await allRows(t, "receipts")).map(({ kind }) => kind);
  const sendOne = async (channel: "email" | "sms" | "whatsapp" = "sms") => {
    if (channel === "whatsapp") await agreeToWhatsApp(t, workspace);
    const { queueId } = await queueText(t, workspace, { channel, idempotencyKey: channel });
    await runJobs(t);
    return await rowOf(t, queueId);
  };

  it("say delivered after a second, late when late, and read only on WhatsApp", async () => {
    await behave("sms", { receipts: "late" });
    const [email, sms, whatsapp] = [
      (await queueText(t, workspace, { idempotencyKey: "e" })).queueId,
      (await queueText(t, workspace, { idempotencyKey: "s", channel: "sms" })).queueId,
      (await agreeToWhatsApp(t, workspace),
      (await queueText(t, workspace, { idempotencyKey: "w", channel: "whatsapp" })).queueId),
    ];
    await runJobs(t);
    const states = await Promise.all([email, sms, whatsapp].map(async (queueId) => (await rowOf(t, queueId)).state));
    expect(states.map(({ kind }) => kind)).toEqual(["delivered", "delivered", "read"]);
    const [emailAt = 0, smsAt = 0] = states.map((state) => ("at" in state ? state.at - NOON : 0));
    expect(emailAt).toBeLessThan(2_000);
    expect(smsAt).toBeGreaterThanOrEqual(20_000);
  });

  it("count once when they come three times", async () => {
    await behave("whatsapp", { receipts: "duplicate" });
    expect((await sendOne("whatsapp")).state.kind).toBe("read");
    expect(await kindsOf()).toEqual(["delivered", "read"]);
  });

  it("move a message up only when they come in the wrong order, before the answer to the send", async () => {
    await behave("whatsapp", { receipts: "out_of_order" });
    const row = await sendOne("whatsapp");
    expect(row).toMatchObject({ state: { kind: "read" }, providerMessageId: "sandbox-" + keyOf(row) });
    expect(await kindsOf()).toEqual(["read"]);
  });

  it("leave a message sent when there are none, and fail it when the device did not take it", async () => {
    await behave("sms", { receipts: "none" });
    expect((await sendOne("sms")).state.kind).toBe("sent");
    await behave("email", { receipts: "undelivered" });
    const failure = { class: "permanent", code: "undelivered" };
    expect((await sendOne("email")).state).toMatchObject({ kind: "failed", failure });
  });
});

describe("a customer who answers by script", () => {
  it.each([
    ["reply", "sms", "Danke, passt!"],
    ["opt_out", "email", "STOP"],
  ] as const)("writes back (%s, %s) once, and does not answer the answer to it", async (answers, channel, text) => {
    await behave(channel, { answers });
    await queueText(t, workspace, { channel, idempotencyKey: "1" });
    await runJobs(t);
    await queueText(t, workspace, { channel, idempotencyKey: "2" });
    await runJobs(t);
    const written = (await deviceMessages(t)).filter(({ direction }) => direction === "from_customer");
    expect(written).toMatchObject([{ text, channel }]);
    expect(await rawEvents()).toHaveLength(1);
  });
});

describe("a device", () => {
  it("shows what it got and wrote, and how far it is", async () => {
    const { orgId } = workspace;
    await queueText(t, workspace, { channel: "sms" });
    await runJobs(t);
    vi.setSystemTime(Date.now() + 60_000);
    await me().mutation(api.sandbox.mutations.reply, {
      orgId,
      address: "+4915112345678",
      channel: "sms",
      text: "Danke",
    });
    const devices = await me().query(api.sandbox.queries.devices, { orgId });
    expect(devices).toMatchObject([{ address: "+4915112345678", contactName: "Max Muster", preview: "Danke" }]);
    const messages = await me().query(api.sandbox.queries.device, { orgId, address: "+4915112345678" });
    expect(messages).toMatchObject([
      { direction: "to_customer", text: "Guten Tag", status: "delivered" },
      { direction: "from_customer", text: "Danke" },
    ]);
    expect(messages[1]?.status).toBeUndefined();
  });

  it("answers an SMS through the intake", async () => {
    const { orgId } = workspace;
    await me().mutation(api.sandbox.mutations.reply, { orgId, address: "+4915112345678", channel: "sms", text: "Ja" });
    const [event] = await rawEvents();
    expect(event).toMatchObject({ kind: "sms_sandbox", sourceId: "sandbox" });
    const body = event?.body.kind === "text" ? (JSON.parse(event.body.text) as unknown) : null;
    expect(body).toMatchObject({ from: "+4915112345678", text: "Ja", channel: "sms", at: NOON });
  });

  it("answers a mail as a mail program would: threaded, to the reply address, as raw MIME", async () => {
    const { orgId, emailChannelId } = workspace;
    const threading = { messageId: "ours@haff.example", references: ["first@x"], replyTo: "reply+abc@haff.example" };
    await queueText(t, workspace, {
      threading,
      content: { kind: "finished", subject: "AW: Größe der Jacke", text: "?", fileIds: [] },
    });
    await runJobs(t);
    const [sent] = await deviceMessages(t);
    const text = "Schöne Grüße 🌊\nMax";
    const reply = { orgId, address: "max@example.org", channel: "email" as const, text, inReplyTo: sent!._id };
    await me().mutation(api.sandbox.mutations.reply, reply);
    const [event] = await rawEvents();
    expect(event).toMatchObject({ kind: "email_raw", sourceId: emailChannelId });
    const raw = event?.body.kind === "text" ? event.body.text : "";
    const mail = await parseRaw(raw, "fallback");
    expect(mail).toMatchObject({
      ok: true,
      email: {
        from: { address: "max@example.org", name: "Max Muster" },
        to: [{ address: "reply+abc@haff.example" }],
        subject: "Re: Größe der Jacke",
        inReplyTo: ["ours@haff.example"],
        references: ["first@x", "ours@haff.example"],
        sentAt: Math.floor(Date.now() / 1000) * 1000,
        isMessageIdSynthesised: false,
      },
    });
    expect(mail.ok && mail.email.text.trim()).toBe(text);
  });

  it.each([
    [{ channel: "webhook" as const }, "channel"],
    [{ text: "  " }, "text"],
    [{ text: "x".repeat(5_000) }, "text"],
  ])("refuses %j", async (wrong, field) => {
    const reply = { orgId: workspace.orgId, address: "max@example.org", channel: "email" as const, text: "Hallo" };
    const refused = me().mutation(api.sandbox.mutations.reply, { ...reply, ...wrong });
    await expect(refused).rejects.toMatchObject({ data: { code: "invalid", field } });
    expect(await rawEvents()).toEqual([]);
  });
});
