import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { setupConvex } from "../../tests/support/convex";
import {
  agreeToWhatsApp,
  allRows,
  asAdmin,
  deviceMessages,
  makeWorkspace,
  NOON,
  queueText,
  rowOf,
  runJobs,
  type Convex,
  type Workspace,
} from "../../tests/support/delivery";
import { api, internal } from "../_generated/api";
import { parseRaw } from "../intake/email/parseRaw";

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
    expect(first).toEqual({ kind: "accepted", providerMessageId: "sandbox-k" });
    expect(await send("k")).toEqual(first);
    expect(await deviceMessages(t)).toHaveLength(1);
    await send("l");
    expect(await deviceMessages(t)).toHaveLength(2);
  });

  it.each([
    ["failing", "transient"],
    ["rate_limited", "rate_limited"],
    ["dead", "transient"],
  ] as const)("when %s refuses with %s and keeps nothing", async (behaviour, errorClass) => {
    const { orgId } = workspace;
    await me().mutation(api.sandbox.mutations.setBehaviour, { orgId, channel: "sms", behaviour });
    expect(await send("k")).toMatchObject({ kind: "refused", failure: { class: errorClass } });
    expect(await deviceMessages(t)).toEqual([]);
    const settings = await me().query(api.sandbox.queries.settings, { orgId });
    expect(settings).toContainEqual({ channel: "sms", behaviour });
  });

  it("reports delivery after a second, slowly when slow, and reading only on WhatsApp", async () => {
    const { orgId } = workspace;
    await me().mutation(api.sandbox.mutations.setBehaviour, { orgId, channel: "sms", behaviour: "slow" });
    await agreeToWhatsApp(t, workspace);
    const email = await queueText(t, workspace, { idempotencyKey: "e" });
    const sms = await queueText(t, workspace, { idempotencyKey: "s", channel: "sms" });
    const whatsapp = await queueText(t, workspace, { idempotencyKey: "w", channel: "whatsapp" });
    await runJobs(t);
    const states = await Promise.all(
      [email, sms, whatsapp].map(async ({ queueId }) => (await rowOf(t, queueId)).state),
    );
    expect(states.map(({ kind }) => kind)).toEqual(["delivered", "delivered", "read"]);
    const [emailAt = 0, smsAt = 0] = states.map((state) => ("at" in state ? state.at - NOON : 0));
    expect(emailAt).toBeLessThan(2_000);
    expect(smsAt).toBeGreaterThanOrEqual(20_000);
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
