import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { setupConvex } from "../../../tests/support/convex";
import { NOON, allRows, inMutation, runJobs, type Convex } from "../../../tests/support/delivery";
import { deliverText, makeInbox, rows, type Inbox } from "../../../tests/support/inbox";
import { api } from "../../_generated/api";
import { createChannel } from "../../connections/model";
import { storeRawEvent } from "../../intake/model";
import { purgeMessage } from "../retention/model";

const PHONE = "+4915112345678";

let t: Convex;
let inbox: Inbox;

beforeEach(async () => {
  vi.useFakeTimers({ now: NOON, toFake: ["setTimeout", "clearTimeout", "Date"] });
  t = setupConvex();
  inbox = await makeInbox(t);
  await inMutation(t, async (ctx) => {
    const channel = { channelType: "whatsapp_business", channelName: "WhatsApp", isActive: true } as const;
    await createChannel(ctx, { ...channel, orgId: inbox.orgId, address: "+4930999" });
  });
});
afterEach(() => vi.useRealTimers());

const write = async (id: string, text: string) =>
  await deliverText(t, inbox, { from: PHONE, text, id, channel: "whatsapp" });

async function report(fields: Record<string, unknown>): Promise<void> {
  const body = { from: PHONE, channel: "whatsapp", text: "", at: Date.now(), ...fields };
  await inMutation(t, (ctx) =>
    storeRawEvent(ctx, {
      orgId: inbox.orgId,
      kind: "sms_sandbox",
      sourceId: inbox.smsChannelId,
      dedupeKey: JSON.stringify(fields),
      body: { kind: "text", text: JSON.stringify(body) },
    }),
  );
  await runJobs(t);
}

const reacts = async (inReplyTo: string, reaction: string, at = Date.now()) =>
  await report({ providerMessageId: `r-${inReplyTo}-${reaction}-${at}`, inReplyTo, reaction, at });

async function timeline() {
  const [thread] = await rows(t, "threads");
  const { page } = await inbox.as.query(api.inbox.queries.listMessages, {
    orgId: inbox.orgId,
    threadId: thread!._id,
    paginationOpts: { numItems: 20, cursor: null },
  });
  return page.toReversed();
}

const emojis = async () => (await timeline()).map(({ reactions }) => reactions.map(({ emoji }) => emoji).join(""));

async function answer(text: string, more: { quoteOf?: Awaited<ReturnType<typeof timeline>>[number]["id"] } = {}) {
  const [thread] = await rows(t, "threads");
  const base = { orgId: inbox.orgId, threadId: thread!._id, close: false, clientId: text };
  await inbox.as.mutation(api.inbox.mutations.reply, { ...base, text, ...more });
  await runJobs(t);
}

describe("a customer's reaction", () => {
  it("stands at the message, is changed and taken back, and is no message", async () => {
    await write("w1", "Moin");
    await answer("Moin zurück");
    const before = (await rows(t, "threads"))[0]!;
    await reacts("w1", "😂");
    expect(await emojis()).toEqual(["😂", ""]);
    const ours = (await rows(t, "messages")).find(({ messageType }) => messageType === "outgoing")!;
    await reacts(ours.externalMessageId!, "👍");
    expect(await emojis()).toEqual(["😂", "👍"]);
    const now = Date.now();
    await reacts(ours.externalMessageId!, "❤️", now + 2_000);
    await reacts(ours.externalMessageId!, "🙏", now + 1_000);
    expect(await emojis()).toEqual(["😂", "❤️"]);
    await reacts(ours.externalMessageId!, "", now + 3_000);
    expect(await emojis()).toEqual(["😂", ""]);
    const after = await rows(t, "threads");
    expect(after).toHaveLength(1);
    expect(after[0]).toMatchObject({ status: before.status, lastMessageAt: before.lastMessageAt });
    expect(await rows(t, "messages")).toHaveLength(2);
  });

  it("to a message that comes later waits for it, and opens no conversation", async () => {
    await reacts("w1", "👍");
    expect(await rows(t, "threads")).toEqual([]);
    await write("w1", "Moin");
    expect(await emojis()).toEqual(["👍"]);
  });

  it("goes with the words of its message", async () => {
    await write("w1", "Moin");
    await reacts("w1", "👍");
    const [message] = await rows(t, "messages");
    await inMutation(t, (ctx) => purgeMessage(ctx, message!, NOON));
    expect(await t.run((ctx) => ctx.db.query("messageReactions").take(5))).toEqual([]);
  });
});

describe("an answer that quotes", () => {
  it("shows what it answers, either way", async () => {
    await write("w1", "Wann ist der Kurs?");
    const [question] = await timeline();
    await answer("Im Juli", { quoteOf: question!.id });
    const sent = (await timeline())[1]!;
    expect(sent.quoted).toEqual({ messageId: question!.id, name: question!.senderName, text: "Wann ist der Kurs?" });
    const ours = (await rows(t, "messages")).find(({ messageType }) => messageType === "outgoing")!;
    await report({ providerMessageId: "w2", text: "Danke", inReplyTo: ours.externalMessageId });
    expect((await timeline())[2]).toMatchObject({ text: "Danke", quoted: { messageId: ours._id, text: "Im Juli" } });
    expect(await allRows(t, "sandboxMessages")).toMatchObject([{ text: "Im Juli", quotedId: "w1" }]);
  });

  it("of a message that is not here shows nothing", async () => {
    await report({ providerMessageId: "w2", text: "Danke", inReplyTo: "unknown" });
    const [message] = await timeline();
    expect(message).toMatchObject({ text: "Danke" });
    expect(message?.quoted).toBeUndefined();
  });
});

describe("a member's reaction", () => {
  const react = async (emoji: "👍" | "🙏" | null) => {
    const [message] = await timeline();
    await inbox.as.mutation(api.inbox.chats.mutations.react, { orgId: inbox.orgId, messageId: message!.id, emoji });
    await runJobs(t);
  };

  it("goes out, is changed and taken back, and answers nothing", async () => {
    await write("w1", "Moin");
    const before = (await rows(t, "threads"))[0]!;
    await react("👍");
    await react("👍");
    expect((await timeline())[0]?.reactions).toMatchObject([{ emoji: "👍", isOurs: true, status: "sent" }]);
    expect(await allRows(t, "messageQueue")).toHaveLength(1);
    await react("🙏");
    expect(await emojis()).toEqual(["🙏"]);
    await react(null);
    expect(await emojis()).toEqual([""]);
    const { status, responseDueAt } = (await rows(t, "threads"))[0]!;
    expect({ status, responseDueAt }).toEqual({ status: before.status, responseDueAt: before.responseDueAt });
    expect(await allRows(t, "sandboxMessages")).toEqual([]);
  });

  it("is refused on other channels", async () => {
    await deliverText(t, inbox, { from: PHONE, text: "SMS", id: "s1" });
    await expect(react("👍")).rejects.toThrow("Only WhatsApp");
  });

  it("is refused where the account knows none, and after the 24 hours", async () => {
    await write("w1", "Moin");
    const change = async (provider: "twilio" | "meta") =>
      await inMutation(t, (ctx) => ctx.db.patch("connections", inbox.connections.whatsapp!, { provider }));
    await change("twilio");
    await expect(react("👍")).rejects.toThrow("knows no reactions");
    await change("meta");
    await expect(react("👍")).rejects.toThrow("24 hours");
  });
});
