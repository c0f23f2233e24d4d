import { createHmac } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Id } from "../../convex/_generated/dataModel";
import { createConnection, requireConnection } from "../../convex/connections/model";
import { renewWebhookAddress } from "../../convex/connections/webhooks/model";
import type { MessageState } from "../../convex/delivery/schema";
import { startStub, type Stub } from "../adapters/stub-server.ts";
import { setupConvex } from "../support/convex.ts";
import {
  allRows,
  inMutation,
  makeWorkspace,
  queueText,
  rowOf,
  type Convex,
  type Workspace,
} from "../support/delivery.ts";
import { until } from "../support/until.ts";

// A text through Twilio's library and a stub on loopback, its callbacks through the route, and the customer's answer
// into the inbox: whole, with the real clock.

// Whatever reacts to the events is tested where it lives.
vi.mock("../../convex/events/subscriptions", () => ({ REACTIONS: [], reactionsTo: () => [] }));

const TOKEN = "twilio-geheim";
const BASE = "https://hub.example";
const PHONE = "+4915112345678";

let t: Convex;
let workspace: Workspace;
let twilio: Stub;
let address: string;

beforeEach(async () => {
  vi.stubEnv("PUBLIC_WEBHOOK_BASE_URL", BASE);
  vi.stubEnv("WEBHOOKS_ALLOW_LOOPBACK", "true");
  twilio = await startStub();
  t = setupConvex();
  workspace = await makeWorkspace(t);
  const { orgId, connections } = workspace;
  address = await inMutation(t, async (ctx) => {
    await ctx.db.delete("connections", connections.sms);
    // Sockets need the real clock, so quiet hours are off rather than avoided.
    await ctx.db.patch("organisations", orgId, { quietHours: { start: "00:00", end: "00:00" } });
    const connectionId = await createConnection(ctx, {
      orgId,
      channel: "sms",
      provider: "twilio",
      name: "Twilio",
      ratePerSecond: 100,
      settings: { accountSid: "AC1", sender: "+41791110000", baseUrl: twilio.url },
      secrets: { authToken: TOKEN },
    });
    return await renewWebhookAddress(ctx, await requireConnection(ctx, orgId, connectionId));
  });
});
afterEach(async () => {
  await t.finishInProgressScheduledFunctions();
  await twilio.stop();
  vi.unstubAllEnvs();
});

/** Posts a form as Twilio would, to the address it was given and signed for it. */
async function callBack(url: string, fields: Record<string, string>): Promise<Response> {
  const signed = Object.keys(fields)
    .sort()
    .reduce((text, name) => text + name + (fields[name] ?? ""), url);
  return await t.fetch(url.slice(BASE.length), {
    method: "POST",
    headers: {
      "Content-Type": "application/x-www-form-urlencoded",
      "X-Twilio-Signature": createHmac("sha1", TOKEN).update(signed).digest("base64"),
    },
    body: new URLSearchParams(fields).toString(),
  });
}

const isIn = (queueId: Id<"messageQueue">, kind: MessageState["kind"]) =>
  until(`the message ${kind}`, async () => {
    const row = await rowOf(t, queueId);
    return row.state.kind === kind ? row : null;
  });

describe("a text through Twilio", () => {
  it("is sent, reported delivered, and answered", async () => {
    twilio.answer({ status: 201, body: { sid: "SM1", status: "queued", num_segments: "1", error_code: null } });
    const { queueId } = await queueText(t, workspace, {
      channel: "sms",
      content: { kind: "finished", text: "Bis morgen – Ihre „Segelschule“", fileIds: [] },
    });
    await isIn(queueId, "sent");
    const form = new URLSearchParams(twilio.requests[0]?.body.toString());
    expect(form.get("Body")).toBe('Bis morgen - Ihre "Segelschule"');
    const callback = (form.get("StatusCallback") ?? "").split("#")[0] ?? "";
    expect(callback).toBe(`${address}?m=${encodeURIComponent(`${queueId}:1`)}`);

    const report = { MessageSid: "SM1", SmsSid: "SM1", AccountSid: "AC1", To: PHONE, MessageStatus: "delivered" };
    expect((await callBack(callback, report)).status).toBe(200);
    await isIn(queueId, "delivered");

    const answer = {
      MessageSid: "SM9",
      AccountSid: "AC1",
      From: PHONE,
      To: "+41791110000",
      Body: "Alles klar",
      NumMedia: "0",
    };
    expect(await (await callBack(address, answer)).text()).toBe("<Response/>");
    const message = await until("an answer in the inbox", async () => (await allRows(t, "messages"))[0]);
    expect(message).toMatchObject({ text: "Alles klar", channel: "sms", messageType: "incoming" });
    expect(await allRows(t, "threads")).toMatchObject([{ contactId: workspace.contactId, channel: "sms" }]);
  });

  it("that reports before it answers is delivered all the same, once", async () => {
    let early: Promise<Response> | null = null;
    twilio.answer((request) => {
      const callback = new URLSearchParams(request.body.toString()).get("StatusCallback")?.split("#")[0] ?? "";
      early = callBack(callback, { MessageSid: "SM1", AccountSid: "AC1", To: PHONE, MessageStatus: "delivered" });
      return { status: 201, body: { sid: "SM1", status: "queued", num_segments: "1" } };
    });
    const { queueId } = await queueText(t, workspace, { channel: "sms" });
    const row = await isIn(queueId, "delivered");
    expect((await (early as Promise<Response> | null))?.status).toBe(200);
    expect(row.providerMessageId).toBe("SM1");
    expect(twilio.requests).toHaveLength(1);
    await until("the answer recorded", async () => (await allRows(t, "attempts"))[0]?.outcome.kind === "accepted");
    expect(await allRows(t, "receipts")).toHaveLength(1);
    expect(await allRows(t, "earlyReceipts")).toEqual([]);
  });

  it("whose recipient said STOP to the carrier is not sent again", async () => {
    const body = { code: 21610, message: "Attempt to send to unsubscribed recipient", status: 400 };
    twilio.answer({ status: 400, body });
    const { queueId } = await queueText(t, workspace, { channel: "sms" });
    await isIn(queueId, "dead");
    expect((await rowOf(t, queueId)).state).toMatchObject({ failure: { class: "opted_out", code: "21610" } });
    expect(await allRows(t, "suppressions")).toMatchObject([{ channel: "sms", address: PHONE }]);
  });
});
