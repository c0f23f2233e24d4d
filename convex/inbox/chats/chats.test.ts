import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { setupConvex } from "../../../tests/support/convex";
import {
  NOON,
  agreeToWhatsApp,
  allRows,
  inMutation,
  queueText,
  rowOf,
  runJobs,
  type Convex,
} from "../../../tests/support/delivery";
import { deliverText, makeInbox, rows, type Inbox } from "../../../tests/support/inbox";
import { api, internal } from "../../_generated/api";
import { createChannel } from "../../connections/model";
import { purgeText } from "../../delivery/retention/model";
import { storeRawEvent } from "../../intake/model";
import { DAY_MS } from "../../lib/time";
import { purgeMessage } from "../retention/model";
import { REACTION_WAIT_MS } from "./model";

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

/** A message of a journey that has left by WhatsApp. */
async function sendFromJourney() {
  await agreeToWhatsApp(t, inbox);
  const ids = { sequenceId: "s", enrolmentId: "e", stepId: "step", stepRunId: "r", bookingId: "b" };
  const source = { kind: "sequence" as const, ...ids };
  const { queueId } = await queueText(t, inbox, { channel: "whatsapp", source });
  const row = await rowOf(t, queueId);
  const sent = { state: { kind: "sent" as const, at: Date.now() }, group: "sent" as const };
  const changes = { ...sent, connectionId: inbox.connections.whatsapp, providerMessageId: "from-journey" };
  await t.run((ctx) => ctx.db.patch("messageQueue", row._id, changes));
  return await rowOf(t, queueId);
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

describe("a reaction that waits for its message", () => {
  // Ten days to either side: running what is scheduled moves the clock by hours.
  const targets = async () =>
    (await t.run((ctx) => ctx.db.query("messageReactions").take(500))).map(({ targetId }) => targetId).sort();
  const prune = async () => {
    await t.mutation(internal.inbox.chats.jobs.prune, {});
    await runJobs(t);
  };

  it("goes after 30 days, unless the message came", async () => {
    await reacts("never", "👍");
    await reacts("w1", "👍");
    vi.setSystemTime(NOON + REACTION_WAIT_MS - 10 * DAY_MS);
    await write("w1", "Moin");
    await reacts("later", "👍");
    await prune();
    expect(await targets()).toEqual(["later", "never", "w1"]);
    vi.setSystemTime(NOON + REACTION_WAIT_MS + 10 * DAY_MS);
    await prune();
    expect(await targets()).toEqual(["later", "w1"]);
    expect(await emojis()).toEqual(["👍"]);
    vi.setSystemTime(NOON + 2 * REACTION_WAIT_MS + 10 * DAY_MS);
    await prune();
    expect(await targets()).toEqual(["w1"]);
  });

  it("goes batch after batch, and those from before too, however many have their message", async () => {
    const { orgId } = inbox;
    await write("w1", "Moin");
    await inMutation(t, async (ctx) => {
      const row = { orgId, side: "customer" as const, emoji: "👍", at: NOON };
      await ctx.db.insert("messageReactions", { ...row, targetId: "w1" });
      for (let number = 0; number < 250; number += 1) {
        await ctx.db.insert("messageReactions", { ...row, targetId: `old-${number}` });
      }
    });
    await prune();
    expect(await targets()).toHaveLength(251);
    vi.setSystemTime(NOON + REACTION_WAIT_MS + 10 * DAY_MS);
    await prune();
    expect(await targets()).toEqual(["w1"]);
  });

  it("to a journey's message stays as long as that has its words", async () => {
    const sent = await sendFromJourney();
    const id = sent.providerMessageId!;
    await reacts(id, "👍");
    const noted = Date.now();
    vi.setSystemTime(noted + REACTION_WAIT_MS);
    await prune();
    expect(await targets()).toEqual([id]);
    const looked = Date.now();
    await inMutation(t, async (ctx) => await purgeText(ctx, sent, Date.now()));
    await prune();
    expect(await targets()).toEqual([id]);
    vi.setSystemTime(looked + REACTION_WAIT_MS);
    await prune();
    expect(await targets()).toEqual([]);
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
