import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { setupConvex } from "../../../tests/support/convex";
import { NOON, runJobs } from "../../../tests/support/delivery";
import { deliverMail, mail, makeInbox, MAX_MAIL, rows } from "../../../tests/support/inbox";
import { errorOf, makeMember } from "../../../tests/support/members";
import { api } from "../../_generated/api";
import { DEFAULT_ANSWER_SETTINGS, holdMs } from "./settings";

const TOAST_MS = 10_000;
const SEND_HOLD_MS = holdMs(DEFAULT_ANSWER_SETTINGS);
const DOC = '{"type":"doc","content":[{"type":"paragraph","content":[{"type":"text","text":"Um neun."}]}]}';

beforeEach(() => {
  vi.useFakeTimers({ now: NOON });
});
afterEach(() => {
  vi.useRealTimers();
});

async function withHeldReply({ close = false } = {}) {
  const t = setupConvex();
  const inbox = await makeInbox(t);
  await deliverMail(t, inbox, mail(MAX_MAIL, "Hallo"));
  const thread = (await rows(t, "threads"))[0]!;
  const { as, orgId } = inbox;
  const ids = { orgId, threadId: thread._id };
  vi.setSystemTime(Date.now() + 1_000);
  const sent = await as.mutation(api.inbox.mutations.reply, {
    ...ids,
    text: "Um neun.",
    close,
    isUndoable: true,
    clientId: "c1",
    doc: DOC,
  });
  const undo = { ...ids, clientId: "c1" };
  const queued = async () => (await t.run((ctx) => ctx.db.get("messageQueue", sent.queueId)))!;
  const threadNow = async () => (await rows(t, "threads"))[0]!;
  const texts = async () => (await rows(t, "messages")).map(({ text }) => text);
  return { t, inbox, as, ids, thread, sent, undo, queued, threadNow, texts };
}

/** Lets time go by with what is due in it. */
async function pass(t: ReturnType<typeof setupConvex>, ms: number): Promise<void> {
  vi.advanceTimersByTime(ms);
  await t.finishInProgressScheduledFunctions();
}

describe("a reply that can be undone", () => {
  it("waits longer than the toast and then leaves by itself", async () => {
    const { t, threadNow, queued, sent } = await withHeldReply();
    await pass(t, TOAST_MS);
    expect((await queued()).state.kind).toBe("pending");
    expect(await threadNow()).toMatchObject({ status: "open", lastMessagePreview: "Um neun." });
    await runJobs(t);
    expect(["delivered", "read"]).toContain((await queued()).state.kind);
    expect(await threadNow()).toMatchObject({ status: "waiting_customer" });
    expect((await t.run((ctx) => ctx.db.get("messages", sent.messageId)))?.heldUntil).toBeUndefined();
  });

  it("closes the conversation when it leaves", async () => {
    const { t, threadNow } = await withHeldReply({ close: true });
    expect((await threadNow()).isOpen).toBe(true);
    await runJobs(t);
    expect(await threadNow()).toMatchObject({ status: "closed", isOpen: false });
  });

  it("never leaves when undone, and is a draft again", async () => {
    const { t, as, ids, thread, undo, queued, threadNow, texts } = await withHeldReply({ close: true });
    await pass(t, TOAST_MS);
    await as.mutation(api.inbox.sending.mutations.undo, undo);
    await as.mutation(api.inbox.sending.mutations.undo, undo);
    await runJobs(t);
    expect(await texts()).toEqual(["Hallo"]);
    expect((await queued()).state.kind).toBe("cancelled");
    const { status, lastMessageAt, lastMessagePreview, lastMessageType } = thread;
    expect(await threadNow()).toMatchObject({ status, lastMessageAt, lastMessagePreview, lastMessageType });
    expect(await as.query(api.inbox.queries.getDraft, { ...ids, mode: "reply" })).toMatchObject({ doc: DOC });
    expect((await rows(t, "auditEntries")).map(({ action }) => action)).toContain("thread.reply_undone");
  });

  it("sends the changed words only, when sent again", async () => {
    const { t, as, ids, undo, texts } = await withHeldReply();
    await as.mutation(api.inbox.sending.mutations.undo, undo);
    const again = { ...ids, text: "Um zehn.", close: false, isUndoable: true, clientId: "c2" };
    await as.mutation(api.inbox.mutations.reply, again);
    await runJobs(t);
    expect(await texts()).toEqual(["Hallo", "Um zehn."]);
    const attempts = await t.run((ctx) => ctx.db.query("attempts").take(5));
    expect(attempts).toHaveLength(1);
  });

  it("puts its words before a draft that was begun since", async () => {
    const { as, ids, undo } = await withHeldReply();
    const begun = DOC.replace("Um neun.", "Noch etwas");
    await as.mutation(api.inbox.mutations.saveDraft, { ...ids, mode: "reply", doc: begun });
    await as.mutation(api.inbox.sending.mutations.undo, undo);
    const draft = await as.query(api.inbox.queries.getDraft, { ...ids, mode: "reply" });
    expect(draft?.doc).toMatch(/Um neun\..*Noch etwas/);
  });

  it("cannot be undone once it has left, nor by a colleague", async () => {
    const { t, as, ids, undo } = await withHeldReply();
    const colleague = await makeMember(t, ids.orgId, "agent", "bert");
    const undoOf = api.inbox.sending.mutations.undo;
    expect(await errorOf(colleague.as.mutation(undoOf, undo))).toMatchObject({ code: "forbidden" });
    vi.setSystemTime(Date.now() + SEND_HOLD_MS);
    expect(await errorOf(as.mutation(undoOf, undo))).toMatchObject({ code: "conflict" });
    await runJobs(t);
    expect(await errorOf(as.mutation(undoOf, undo))).toMatchObject({ code: "conflict" });
  });

  it("leaves a status that was set meanwhile", async () => {
    const { t, as, ids, threadNow } = await withHeldReply();
    await as.mutation(api.inbox.mutations.setStatus, { ...ids, status: "escalated" });
    await runJobs(t);
    expect((await threadNow()).status).toBe("escalated");
  });

  it("does not close on a customer who wrote meanwhile", async () => {
    const { t, inbox, threadNow } = await withHeldReply({ close: true });
    vi.setSystemTime(Date.now() + 1_000);
    await t.run(async (ctx) => {
      const first = (await ctx.db.query("messages").first())!;
      const { _id, _creationTime, ...fields } = first;
      expect([_id, _creationTime, inbox.orgId]).toHaveLength(3);
      await ctx.db.insert("messages", { ...fields, text: "Noch eine Frage", at: Date.now() });
    });
    await runJobs(t);
    expect((await threadNow()).isOpen).toBe(true);
  });

  it("is held as long as the organisation wants, or not at all", async () => {
    const { t, as, ids, undo } = await withHeldReply();
    const settings = { orgId: ids.orgId, undoSeconds: 30, cancelIfAnswered: true, quotesEarlier: true };
    const set = async (undoSeconds: number) =>
      await as.mutation(api.inbox.sending.mutations.setSettings, { ...settings, undoSeconds });
    const again = { ...ids, text: "Um zehn.", close: false, isUndoable: true };
    await set(30);
    await as.mutation(api.inbox.mutations.reply, { ...again, clientId: "c2" });
    vi.setSystemTime(Date.now() + 29_000);
    await as.mutation(api.inbox.sending.mutations.undo, { ...undo, clientId: "c2" });
    await set(0);
    await as.mutation(api.inbox.mutations.reply, { ...again, clientId: "c3" });
    const late = as.mutation(api.inbox.sending.mutations.undo, { ...undo, clientId: "c3" });
    expect(await errorOf(late)).toMatchObject({ code: "conflict" });
    expect(await errorOf(set(11))).toMatchObject({ code: "invalid", field: "undoSeconds" });
    const agent = await makeMember(t, ids.orgId, "agent", "bert");
    const theirs = agent.as.mutation(api.inbox.sending.mutations.setSettings, settings);
    expect(await errorOf(theirs)).toMatchObject({ code: "forbidden" });
  });

  it("is shown to its author alone as long as it can be undone", async () => {
    const { t, as, ids } = await withHeldReply();
    const list = api.inbox.sending.queries.undoable;
    expect(await as.query(list, { orgId: ids.orgId })).toMatchObject([{ clientId: "c1", close: false }]);
    const colleague = await makeMember(t, ids.orgId, "agent", "bert");
    expect(await colleague.as.query(list, { orgId: ids.orgId })).toEqual([]);
    await runJobs(t);
    expect(await as.query(list, { orgId: ids.orgId })).toEqual([]);
  });

  it("is refused when a colleague answered what its author had not seen, once", async () => {
    const { t, as, ids, sent } = await withHeldReply();
    const [customer] = (await rows(t, "messages")).filter(({ messageType }) => messageType === "incoming");
    const colleague = await makeMember(t, ids.orgId, "agent", "bert");
    const theirs = { ...ids, text: "Um elf.", close: false, isUndoable: true, clientId: "c7" };
    const reply = api.inbox.mutations.reply;
    const late = colleague.as.mutation(reply, { ...theirs, sawId: customer!._id });
    expect(await errorOf(late)).toMatchObject({ code: "conflict", field: "sawId" });
    await colleague.as.mutation(reply, { ...theirs, sawId: sent.messageId });
    // One's own answer stops nobody.
    await as.mutation(reply, { ...theirs, clientId: "c8", sawId: (await rows(t, "messages")).at(-1)!._id });
    await runJobs(t);
    expect(await t.run(async (ctx) => (await ctx.db.query("attempts").take(5)).length)).toBe(3);
  });
});

describe("a reply with a reminder", () => {
  const DAY_MS = 24 * 3_600_000;

  async function withReminder() {
    const world = await withHeldReply();
    const remindAt = Date.now() + DAY_MS;
    await world.as.mutation(api.inbox.sending.mutations.undo, world.undo);
    const reply = { ...world.ids, text: "Um neun?", close: false, isUndoable: true, clientId: "c2", remindAt };
    await world.as.mutation(api.inbox.mutations.reply, reply);
    return { ...world, reply, remindAt };
  }

  it("leaves the lists when it leaves, and comes back unread when nobody answers", async () => {
    const { t, threadNow, remindAt } = await withReminder();
    expect((await threadNow()).snoozedUntil).toBeUndefined();
    await pass(t, SEND_HOLD_MS);
    expect((await threadNow()).snoozedUntil).toBe(remindAt);
    await pass(t, DAY_MS);
    const back = await threadNow();
    expect(back).toMatchObject({ status: "waiting_customer", isOpen: true });
    expect(back.snoozedUntil).toBeUndefined();
    expect(back.lastMessageAt).toBeGreaterThanOrEqual(remindAt);
  });

  it("comes back with the customer's answer, and is not put off for one who wrote before it left", async () => {
    const { t, inbox, threadNow } = await withReminder();
    await pass(t, SEND_HOLD_MS);
    const sent = (await rows(t, "messages")).find(({ messageType }) => messageType === "outgoing");
    await deliverMail(t, inbox, mail({ ...MAX_MAIL, "In-Reply-To": sent?.externalMessageId ?? "" }, "Ja"));
    expect((await threadNow()).snoozedUntil).toBeUndefined();

    const other = await withReminder();
    await deliverMail(other.t, other.inbox, mail(MAX_MAIL, "Noch etwas"));
    await pass(other.t, SEND_HOLD_MS);
    expect((await other.threadNow()).snoozedUntil).toBeUndefined();
  });

  it("refuses a time that is no later", async () => {
    const { as, reply } = await withReminder();
    const again = as.mutation(api.inbox.mutations.reply, { ...reply, clientId: "c3", remindAt: Date.now() });
    expect(await errorOf(again)).toMatchObject({ code: "invalid", field: "remindAt" });
  });
});
