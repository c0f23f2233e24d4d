import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { setupConvex } from "../../../tests/support/convex";
import { inMutation, NOON, runJobs, type Convex } from "../../../tests/support/delivery";
import { mail, makeInbox, MAX_MAIL, rows, type Inbox } from "../../../tests/support/inbox";
import type { Id } from "../../_generated/dataModel";
import { createChannel, createConnection } from "../../connections/model";
import { envelopeLines } from "../../intake/email/inboundEmail";
import { storeRawEvent } from "../../intake/model";
import { sha256Hex } from "../../lib/crypto";
import { makeOrg } from "../../../tests/support/members";

// Two mailboxes of one team on one provider account (product.md 2.2 no. 15).

let t: Convex;
let inbox: Inbox;
let accountId: Id<"connections">;
let support: Id<"channels">;

beforeEach(async () => {
  vi.useFakeTimers({ now: NOON, toFake: ["setTimeout", "clearTimeout", "Date"] });
  t = setupConvex();
  inbox = await makeInbox(t);
  const { orgId, emailChannelId } = inbox;
  ({ accountId, support } = await inMutation(t, async (ctx) => {
    const id = await createConnection(ctx, { orgId, channel: "email", provider: "sendgrid", name: "SendGrid" });
    await ctx.db.patch("channels", emailChannelId, { connectionId: id });
    const mailbox = { orgId, channelType: "email_outlook", channelName: "Hilfe", isActive: true } as const;
    const address = "support@haff.example";
    return { accountId: id, support: await createChannel(ctx, { ...mailbox, address, connectionId: id }) };
  }));
});
afterEach(() => vi.useRealTimers());

/** Over the account, whose one address takes in the mail of both. */
async function arrive(headers: Record<string, string>, text = "Hallo", recipients: string[] = []): Promise<void> {
  const raw = envelopeLines(recipients) + mail({ ...MAX_MAIL, ...headers }, text);
  const event = { orgId: inbox.orgId, kind: "email_raw", sourceId: accountId } as const;
  const body = { kind: "text" as const, text: raw };
  const dedupeKey = await sha256Hex(raw);
  await inMutation(t, (ctx) => storeRawEvent(ctx, { ...event, dedupeKey, body }));
  await runJobs(t);
}

const places = async () => (await rows(t, "threads")).map(({ channelId }) => channelId);
const messages = async () => (await rows(t, "messages")).filter(({ messageType }) => messageType === "incoming");

describe("a mail over an account that two mailboxes share", () => {
  it("comes into the mailbox it was written to, by To, by Cc, with a plus or in capitals", async () => {
    await arrive({ To: "Support@Haff.example", Subject: "Eins", "Message-ID": "<1@x>" });
    await arrive({ To: "wer@anders.example", Cc: "support@haff.example", Subject: "Zwei", "Message-ID": "<2@x>" });
    await arrive({ To: "support+kurs@haff.example", Subject: "Drei", "Message-ID": "<3@x>" });
    await arrive({ To: "info@haff.example", Subject: "Vier", "Message-ID": "<4@x>" });
    expect(await places()).toEqual([support, support, support, inbox.emailChannelId]);
  });

  it("comes into both when it was written to both, once each, with its files, and nobody is told of a double", async () => {
    const both = { To: "info@haff.example, support@haff.example" };
    await arrive(both, "An beide");
    await arrive({ ...both, "X-Relay": "again" }, "An beide");
    expect(await places()).toEqual([inbox.emailChannelId, support]);
    expect((await messages()).map(({ channelId }) => channelId)).toEqual([inbox.emailChannelId, support]);
    expect(await rows(t, "messages")).toHaveLength(2);
    expect((await rows(t, "rawEvents")).map(({ state }) => state.kind)).toEqual(["processed", "processed"]);
  });

  it("goes by the envelope before the headers: a blind copy, and one delivery a mailbox", async () => {
    await arrive({ To: "verteiler@anders.example" }, "Blind", ["support@haff.example"]);
    expect(await places()).toEqual([support]);
    const both = { To: "info@haff.example, support@haff.example", Subject: "Je eine", "Message-ID": "<2@x>" };
    await arrive(both, "Je eine", ["support@haff.example"]);
    await arrive(both, "Je eine", ["info@haff.example"]);
    expect(await places()).toEqual([support, support, inbox.emailChannelId]);
  });

  it("that answers a conversation stays in its mailbox", async () => {
    await arrive({ To: "support@haff.example" });
    const [thread] = await rows(t, "threads");
    const to = `reply+${thread?.replyToken}@haff.example`;
    await arrive({ To: to, Subject: "Re: Frage zum Kurs", "Message-ID": "<2@x>" }, "Danke");
    expect(await places()).toEqual([support]);
    expect(await messages()).toHaveLength(2);
  });

  it("to nobody we know, or to another organisation's mailbox, comes into the account's first", async () => {
    const other = await makeOrg(t, "Andere");
    const theirs = { channelType: "email_outlook", channelName: "Fremd", isActive: true } as const;
    await inMutation(t, (ctx) => createChannel(ctx, { orgId: other, ...theirs, address: "info@fremd.example" }));
    await arrive({ To: "info@fremd.example" });
    await arrive({ To: "kein Empfänger", Subject: "Zwei", "Message-ID": "<2@x>" });
    expect(await places()).toEqual([inbox.emailChannelId, inbox.emailChannelId]);
  });

  it("is kept in a mailbox that is switched off", async () => {
    await inMutation(t, (ctx) => ctx.db.patch("channels", support, { isActive: false }));
    await arrive({ To: "support@haff.example" });
    expect(await places()).toEqual([support]);
  });

  it("is kept although its mailbox was removed before it was read", async () => {
    const raw = mail(MAX_MAIL, "Gerade noch");
    await inMutation(t, async (ctx) => {
      const event = { orgId: inbox.orgId, kind: "email_raw", sourceId: support, dedupeKey: "late" } as const;
      await storeRawEvent(ctx, { ...event, body: { kind: "text", text: raw } });
      await ctx.db.delete("channels", support);
    });
    await runJobs(t);
    expect(await places()).toEqual([inbox.emailChannelId]);
  });
});

describe("a text over an account with two numbers", () => {
  async function text(to: string | undefined, id: string): Promise<void> {
    const report = { channel: "sms", providerMessageId: id, from: `+49151000000${id}`, to, text: "Hallo", at: NOON };
    const event = { orgId: inbox.orgId, kind: "text_inbound", sourceId: accountId, dedupeKey: id } as const;
    const body = { kind: "text" as const, text: JSON.stringify({ ...report, media: [] }) };
    await inMutation(t, (ctx) => storeRawEvent(ctx, { ...event, body }));
    await runJobs(t);
  }

  it("comes into the number it was written to, else into the account's own", async () => {
    const { orgId } = inbox;
    const number = { orgId, channelType: "sms", channelName: "Büro", isActive: true } as const;
    const [second, short] = await inMutation(t, async (ctx) => [
      await createChannel(ctx, { ...number, address: "+4930999999", connectionId: accountId }),
      await createChannel(ctx, { ...number, address: "72345" }),
      // The same number is another channel on WhatsApp.
      await createChannel(ctx, { ...number, channelType: "whatsapp_business", address: "+4930123456" }),
    ]);
    await text("030 999999", "1");
    await text("+4930123456", "2");
    await text("72345", "3");
    await text(undefined, "4");
    expect(await places()).toEqual([second, inbox.smsChannelId, short, second]);
  });
});
