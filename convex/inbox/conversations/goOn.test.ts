import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { setupConvex } from "../../../tests/support/convex";
import { agreeToWhatsApp, deviceMessages, inMutation, NOON, runJobs } from "../../../tests/support/delivery";
import { deliverMail, deliverText, mail, makeInbox, MAX_MAIL, rows } from "../../../tests/support/inbox";
import { errorOf, makeMember } from "../../../tests/support/members";
import { api } from "../../_generated/api";
import type { Id } from "../../_generated/dataModel";
import { createConnection } from "../../connections/model";
import { suppress } from "../../contacts/suppressions/model";
import { saveRegistration } from "../../delivery/whatsappTemplates/model";
import { noteInbound } from "../../delivery/windows/model";
import { HOUR_MS } from "../../lib/time";
import { docOfText } from "../sending/joinDocs";

beforeEach(() => {
  vi.useFakeTimers({ now: NOON });
});
afterEach(() => {
  vi.useRealTimers();
});

const { ways } = api.inbox.conversations.queries;
const { answerBy } = api.inbox.conversations.mutations;

async function asked() {
  const t = setupConvex();
  const inbox = await makeInbox(t);
  const { as, orgId } = inbox;
  await deliverMail(t, inbox, mail(MAX_MAIL, "Ist noch Platz?"));
  const origin = (await rows(t, "threads"))[0]!;
  const threadId = origin._id;
  const thread = async (id: Id<"threads">) => (await rows(t, "threads")).find(({ _id }) => _id === id)!;
  const lines = async (id: Id<"threads">) =>
    (await rows(t, "messages")).filter(
      (message) => message.threadId === id && message.messageType === "system_notification",
    );
  const draft = async (id: Id<"threads">) =>
    await as.query(api.inbox.queries.getDraft, { orgId, threadId: id, mode: "reply" });
  const go = async (channel: "email" | "sms" | "whatsapp", text = "Ja, gern.") =>
    await as.mutation(answerBy, { orgId, threadId, channel, text });
  const offered = async () => await as.query(ways, { orgId, threadId });
  /** Sends what the draft has. */
  const send = async (id: Id<"threads">, close = false, more: object = {}) => {
    const { goesOnFrom } = (await draft(id))!.parts!;
    const origins = goesOnFrom === undefined ? {} : { goesOnFrom: { ...goesOnFrom, close } };
    const answer = { orgId, threadId: id, text: "Ja, gern.", close: false, clientId: crypto.randomUUID(), ...origins };
    return await as.mutation(api.inbox.mutations.reply, { ...answer, ...more });
  };
  return { t, inbox, as, orgId, threadId, thread, lines, draft, go, offered, send };
}

it("takes the words along to a new conversation; both name each other when the answer leaves", async () => {
  const { t, as, orgId, threadId, thread, lines, draft, go, send, inbox } = await asked();
  const bold = { type: "text", text: "Ja, gern.", marks: [{ type: "bold" }] };
  const doc = JSON.stringify({ type: "doc", content: [{ type: "paragraph", content: [bold] }] });
  await as.mutation(api.inbox.mutations.saveDraft, { orgId, threadId, mode: "reply", doc });
  const into = await go("sms");
  expect(await draft(threadId)).toBeNull();
  expect(await draft(into)).toMatchObject({
    doc: docOfText("Ja, gern."),
    parts: { goesOnFrom: { threadId, number: 1, close: false } },
  });
  expect(await thread(into)).toMatchObject({
    channel: "sms",
    channelId: inbox.smsChannelId,
    subject: "Frage zum Kurs",
    assigneeId: inbox.memberId,
    goesOnFromId: threadId,
  });
  expect(await lines(threadId)).toEqual([]);
  expect((await thread(threadId)).status).toBe("open");

  await send(into);
  await runJobs(t);
  expect(await deviceMessages(t)).toMatchObject([{ channel: "sms", text: "Ja, gern." }]);
  expect(await lines(threadId)).toMatchObject([
    { text: "Anna Admin hat per SMS geantwortet: Nr. 2 (Frage zum Kurs)", otherThreadId: into },
  ]);
  expect(await lines(into)).toMatchObject([
    { text: "Anna Admin hat hier auf Nr. 1 (Frage zum Kurs) geantwortet", otherThreadId: threadId },
  ]);
  // Answered for its clock, which ran: it waits for the customer.
  expect(await thread(threadId)).toMatchObject({ status: "waiting_customer" });
  expect((await thread(threadId)).responseDueAt).toBeUndefined();
});

it("closes the one that was left if its author wants that, once the answer cannot be taken back", async () => {
  const { t, as, orgId, threadId, thread, lines, go, draft, send } = await asked();
  const into = await go("sms");
  const { messageId } = await send(into, true, { isUndoable: true });
  expect(await lines(threadId)).toEqual([]);
  await as.mutation(api.inbox.sending.mutations.undo, {
    orgId,
    threadId: into,
    clientId: (await t.run((ctx) => ctx.db.get("messages", messageId)))!.clientId!,
  });
  expect(await thread(threadId)).toMatchObject({ status: "open" });
  expect((await draft(into))?.parts?.goesOnFrom).toMatchObject({ threadId, close: true });
  await send(into, true, { isUndoable: true });
  await runJobs(t);
  expect(await thread(threadId)).toMatchObject({ status: "closed" });
});

it("goes on in the open conversation, with what was begun there, and the customer's texts come back to it", async () => {
  const { t, inbox, as, orgId, threadId, draft, go, offered, send } = await asked();
  await deliverText(t, inbox, { from: "+4915112345678", text: "Hallo", id: "s1" });
  const known = (await rows(t, "threads")).find(({ channel }) => channel === "sms")!;
  expect(await offered()).toContainEqual({
    channel: "sms",
    address: "+4915112345678",
    isTemplatesOnly: false,
    number: known.number,
  });
  const saved = { orgId, threadId: known._id, mode: "reply", doc: docOfText("Begonnen") } as const;
  await as.mutation(api.inbox.mutations.saveDraft, saved);
  expect(await go("sms")).toBe(known._id);
  expect((await draft(known._id))?.doc).toBe(docOfText("Ja, gern.\nBegonnen"));
  await send(known._id);
  await deliverText(t, inbox, { from: "+4915112345678", text: "Danke", id: "s2" });
  expect(await rows(t, "threads")).toHaveLength(2);
  expect(threadId).not.toBe(known._id);
});

it("writes a mail of its own, and goes on in that one the next time", async () => {
  const { t, inbox, as, orgId } = await asked();
  await deliverText(t, inbox, { from: "+4915112345678", text: "Schicken Sie mir das?", id: "s1" });
  const text = (await rows(t, "threads")).find(({ channel }) => channel === "sms")!;
  const go = async () => await as.mutation(answerBy, { orgId, threadId: text._id, channel: "email", text: "" });
  const into = await go();
  const opened = (await rows(t, "threads")).find(({ _id }) => _id === into);
  expect(opened).toMatchObject({ channel: "email", subject: "Ihre Nachricht", channelId: inbox.emailChannelId });
  expect(await go()).toBe(into);
});

it("leaves no trace of an empty conversation that nobody wrote in", async () => {
  const { t, as, orgId, threadId, draft, go } = await asked();
  const leave = async (id: Id<"threads">) =>
    await as.mutation(api.inbox.conversations.mutations.leave, { orgId, threadId: id });
  const counts = async () => await as.query(api.inbox.queries.counts, { orgId });
  const before = await counts();
  expect(await leave(threadId)).toBe(false);

  const kept = await go("sms");
  expect(await leave(kept)).toBe(false);
  await as.mutation(api.inbox.mutations.saveDraft, {
    orgId,
    threadId: kept,
    mode: "reply",
    doc: docOfText(" \n"),
  });
  expect(await leave(kept)).toBe(true);
  expect(await errorOf(leave(kept))).toMatchObject({ code: "not_found" });
  expect(await counts()).toEqual(before);
  await runJobs(t);
  expect(await rows(t, "threads")).toMatchObject([{ _id: threadId, status: "open" }]);
  expect(await rows(t, "drafts")).toEqual([]);

  // Nobody could say that the page was closed.
  await go("sms", "");
  await runJobs(t);
  expect(await rows(t, "threads")).toHaveLength(1);
  const written = await go("sms");
  await runJobs(t);
  expect((await draft(written))?.doc).toBe(docOfText("Ja, gern."));
});

it("answers the first one when the channel is changed again, and goes back to it", async () => {
  const { t, inbox, as, orgId, threadId, draft, go } = await asked();
  await agreeToWhatsApp(t, inbox);
  const first = await go("sms");
  const again = async (id: Id<"threads">, channel: "whatsapp" | "email") =>
    await as.mutation(answerBy, { orgId, threadId: id, channel, text: "Ja, gern." });
  const second = await again(first, "whatsapp");
  expect((await draft(second))?.parts?.goesOnFrom).toMatchObject({ threadId, number: 1 });
  expect(await again(second, "email")).toBe(threadId);
  expect((await draft(threadId))?.doc).toBe(docOfText("Ja, gern."));
  expect((await draft(threadId))?.parts?.goesOnFrom).toBeUndefined();
});

it("offers only what reaches the customer: an address, an account, no bar", async () => {
  const { t, inbox, offered, go } = await asked();
  const channels = async () => (await offered()).map(({ channel }) => channel);
  // Nobody agreed to WhatsApp.
  expect(await channels()).toEqual(["sms"]);
  expect(await errorOf(go("whatsapp"))).toMatchObject({ code: "invalid", field: "channel" });
  await deliverText(t, inbox, { from: "+4915112345678", text: "Hallo", id: "w1", channel: "whatsapp" });
  expect((await channels()).toSorted()).toEqual(["sms", "whatsapp"]);
  await inMutation(t, async (ctx) => await ctx.db.patch("connections", inbox.connections.sms, { isEnabled: false }));
  expect(await channels()).toEqual(["whatsapp"]);
  await inMutation(t, async (ctx) => {
    await ctx.db.patch("connections", inbox.connections.sms, { isEnabled: true });
    const key = { orgId: inbox.orgId, channel: "sms", address: "+4915112345678" } as const;
    await suppress(ctx, { ...key, reason: "manual", source: "test" });
  });
  expect(await channels()).toEqual(["whatsapp"]);
});

it("says that only templates go once WhatsApp's 24 hours are over, and offers nothing without one", async () => {
  const { t, inbox, as, orgId, offered } = await asked();
  await agreeToWhatsApp(t, inbox);
  const connectionId = await inMutation(t, async (ctx) => {
    await ctx.db.delete("connections", inbox.connections.whatsapp);
    const id = await createConnection(ctx, { orgId, channel: "whatsapp", provider: "meta", name: "Meta" });
    await noteInbound(ctx, { orgId, contactId: inbox.contactId, connectionId: id, at: Date.now() });
    return id;
  });
  const byWhatsApp = async () => (await offered()).find(({ channel }) => channel === "whatsapp");
  expect(await byWhatsApp()).toMatchObject({ isTemplatesOnly: false });
  vi.setSystemTime(Date.now() + 25 * HOUR_MS);
  expect(await byWhatsApp()).toBeUndefined();
  const templateId = await as.mutation(api.templates.mutations.create, {
    orgId,
    name: "Antwort",
    category: "customer_service",
    channelType: "whatsapp_business",
    businessEntity: "all",
    locale: "de",
    threadTypes: [],
    isSnippet: false,
    isPrivate: false,
    subject: "",
    body: "Guten Tag",
    variables: [],
  });
  const registration = { name: "antwort", language: "de", category: "utility", state: "approved" } as const;
  await inMutation(t, (ctx) =>
    saveRegistration(ctx, orgId, { ...registration, templateId, connectionId, placeholders: [] }),
  );
  expect(await byWhatsApp()).toMatchObject({ isTemplatesOnly: true });
});

it("is open to nobody who may not see where it goes", async () => {
  const { t, inbox, orgId, threadId, thread } = await asked();
  const { as: agent, memberId } = await makeMember(t, orgId, "agent", "bea");
  const narrow = async (channelIds: Id<"channels">[]) =>
    await inMutation(t, async (ctx) => await ctx.db.patch("members", memberId, { scope: { channelIds, teamIds: [] } }));
  await narrow([inbox.emailChannelId]);
  expect(await agent.query(ways, { orgId, threadId })).toEqual([]);
  const refused = agent.mutation(answerBy, { orgId, threadId, channel: "sms", text: "" });
  expect(await errorOf(refused)).toMatchObject({ code: "invalid", field: "channel" });
  await narrow([inbox.smsChannelId]);
  expect(await errorOf(agent.query(ways, { orgId, threadId }))).toMatchObject({ code: "not_found" });
  await narrow([inbox.emailChannelId, inbox.smsChannelId]);
  const into = await agent.mutation(answerBy, { orgId, threadId, channel: "sms", text: "" });
  expect(await thread(into)).toMatchObject({ channelId: inbox.smsChannelId });
});

it("leaves although the conversation it answers was deleted, or removed for good while it waited", async () => {
  const { t, as, orgId, threadId, lines, thread, go, send } = await asked();
  const { remove, purge } = api.inbox.deletion.mutations;
  const into = await go("sms");
  const parts = (await as.query(api.inbox.queries.getDraft, { orgId, threadId: into, mode: "reply" }))!.parts!;
  await as.mutation(remove, { orgId, threadId });
  await send(into);
  await runJobs(t);
  expect(await lines(threadId)).toMatchObject([{ text: expect.stringContaining("per SMS geantwortet") as string }]);

  const later = { sendAt: Date.now() + 2 * HOUR_MS, cancelIfAnswered: false };
  const waiting = { text: "Später.", close: true, clientId: "later", goesOnFrom: parts.goesOnFrom };
  await as.mutation(api.inbox.mutations.reply, { orgId, threadId: into, ...waiting, plan: later });
  await as.mutation(purge, { orgId, threadId });
  await runJobs(t);
  expect(await thread(threadId)).toBeUndefined();
  vi.setSystemTime(later.sendAt + 1);
  await runJobs(t);
  expect((await deviceMessages(t)).map(({ text }) => text)).toEqual(["Ja, gern.", "Später."]);
  expect(await thread(into)).toMatchObject({ status: "closed" });
});

it("refuses to answer another person's conversation, or one the writer may not open", async () => {
  const { t, inbox, as, orgId, go, threadId } = await asked();
  const into = await go("sms");
  await deliverMail(
    t,
    inbox,
    mail({ ...MAX_MAIL, From: "Eva <eva@example.org>", "Message-ID": "<e1@example.org>" }, "Ich"),
  );
  const eva = (await rows(t, "threads")).at(-1)!;
  const reply = async (originId: Id<"threads">) =>
    await as.mutation(api.inbox.mutations.reply, {
      orgId,
      threadId: into,
      text: "Ja",
      close: false,
      clientId: "x",
      goesOnFrom: { threadId: originId, number: 1, close: true },
    });
  expect(await errorOf(reply(eva._id))).toMatchObject({ code: "invalid", field: "goesOnFrom" });
  await reply(threadId);
});
