import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { setupConvex } from "../../../tests/support/convex";
import { NOON, allRows, cancelJobs, inMutation, type Convex } from "../../../tests/support/delivery";
import {
  deliverMail,
  deliverText,
  events,
  mail,
  makeInbox,
  MAX_MAIL,
  rows,
  type Inbox,
} from "../../../tests/support/inbox";
import { errorOf, makeMember } from "../../../tests/support/members";
import { api, internal } from "../../_generated/api";
import type { Id } from "../../_generated/dataModel";
import { resolveContact } from "../../contacts/model";
import { receiveMessage } from "../model/receive";
import { DAY_MS, HOUR_MS } from "../../lib/time";

const page = { paginationOpts: { numItems: 50, cursor: null } };
const { merge, undo, split } = api.inbox.merges.mutations;

beforeEach(() => {
  vi.useFakeTimers({ now: NOON });
});
afterEach(() => {
  vi.useRealTimers();
});

const doc = (text: string) =>
  JSON.stringify({ type: "doc", content: [{ type: "paragraph", content: [{ type: "text", text }] }] });

type Mail = { subject: string; id: string; text: string; inReplyTo?: string[] };

/** A mail of Max's arrives, and nothing else happens: no time goes by. */
async function receive(t: Convex, { orgId, emailChannelId }: Inbox, { inReplyTo = [], ...said }: Mail): Promise<void> {
  await inMutation(t, async (ctx) =>
    receiveMessage(ctx, {
      orgId,
      channel: "email",
      inboxChannel: await ctx.db.get("channels", emailChannelId),
      from: { address: "max@example.org", name: "Max Muster" },
      recipients: [],
      subject: said.subject,
      text: said.text,
      files: [],
      externalMessageId: said.id,
      inReplyTo,
      references: [],
      plusTokens: [],
      sentAt: null,
      automatic: null,
    }),
  );
}

/** Two conversations of Max: the older "Frage zum Kurs", and an hour later "Rechnung". */
async function withTwo() {
  const t = setupConvex();
  const inbox = await makeInbox(t);
  await receive(t, inbox, { subject: "Frage zum Kurs", id: "m1@example.org", text: "Wann beginnt er?" });
  vi.setSystemTime(NOON + HOUR_MS);
  await receive(t, inbox, { subject: "Rechnung", id: "r1@example.org", text: "Wo ist sie?" });
  const [first, second] = await rows(t, "threads");
  const { as, orgId } = inbox;
  const threadOf = async (id: Id<"threads">) => (await rows(t, "threads")).find(({ _id }) => _id === id)!;
  const textsIn = async (threadId: Id<"threads">) =>
    (await as.query(api.inbox.queries.listMessages, { orgId, threadId, ...page })).page.map(({ text }) => text);
  const listed = async (view: "all" | "closed") =>
    (await as.query(api.inbox.queries.listThreads, { orgId, view, ...page })).page.map(({ number }) => number);
  const mergeThem = async () => await as.mutation(merge, { orgId, sourceIds: [second!._id], targetId: first!._id });
  return { t, inbox, as, orgId, course: first!, bill: second!, threadOf, textsIn, listed, mergeThem };
}

describe("merging two conversations", () => {
  it("puts everything into one, leads there whoever asks for the other, and can be undone", async () => {
    const { t, as, orgId, course, bill, threadOf, textsIn, listed, mergeThem } = await withTwo();
    const { candidates } = api.inbox.merges.queries;
    for (const text of ["", "Wo ist"]) {
      const found = await as.query(candidates, { orgId, threadId: course._id, text });
      expect(found.map(({ id }) => id)).toEqual([bill._id]);
    }
    const before = [await threadOf(course._id), await threadOf(bill._id)];
    const mergeIds = await mergeThem();
    expect(await mergeThem()).toEqual(mergeIds);
    expect(await listed("all")).toEqual([1]);
    expect(await listed("closed")).toEqual([]);
    expect(await as.query(api.inbox.queries.counts, { orgId })).toMatchObject({ all: 1, unassigned: 1, email: 1 });
    expect(await textsIn(bill._id)).toEqual([expect.stringContaining("(Rechnung)"), "Wo ist sie?", "Wann beginnt er?"]);
    const shown = await as.query(api.inbox.queries.getThread, { orgId, threadId: bill._id });
    expect(shown).toMatchObject({ id: course._id, number: 1, lastMessagePreview: "Wo ist sie?" });
    expect(await as.query(candidates, { orgId, threadId: course._id, text: "" })).toEqual([]);
    const [standing] = await as.query(api.inbox.merges.queries.list, { orgId, threadId: course._id });
    expect(standing).toMatchObject({ id: mergeIds[0], number: 2, subject: "Rechnung" });

    await as.mutation(undo, { orgId, mergeIds });
    await as.mutation(undo, { orgId, mergeIds });
    expect(await listed("all")).toEqual([2, 1]);
    expect(await textsIn(course._id)).toEqual(["Wann beginnt er?"]);
    expect(await textsIn(bill._id)).toEqual(["Wo ist sie?"]);
    const after = [await threadOf(course._id), await threadOf(bill._id)];
    // When something of it was written last is of now.
    const changedAt = expect.any(Number) as number;
    expect(after).toEqual(before.map((thread) => ({ ...thread, changedAt })));
    expect(await as.query(api.inbox.queries.counts, { orgId })).toMatchObject({ all: 2, unassigned: 2, email: 2 });
    expect(await as.query(api.inbox.merges.queries.list, { orgId, threadId: course._id })).toEqual([]);
    expect(await events(t, "thread.")).toEqual([
      "thread.created",
      "thread.created",
      "thread.merged",
      "thread.unmerged",
    ]);
    expect(await allRows(t, "mergeMoves")).toEqual([]);
  });

  it("keeps the deadline of whoever has waited longest", async () => {
    const { course, bill, as, orgId, threadOf } = await withTwo();
    const [early, late] = [(await threadOf(course._id)).responseDueAt!, (await threadOf(bill._id)).responseDueAt!];
    expect(late - early).toBeGreaterThanOrEqual(HOUR_MS);
    const mergeIds = await as.mutation(merge, { orgId, sourceIds: [course._id], targetId: bill._id });
    expect((await threadOf(bill._id)).responseDueAt).toBe(early);
    expect((await threadOf(course._id)).responseDueAt).toBeUndefined();
    await as.mutation(undo, { orgId, mergeIds });
    expect((await threadOf(bill._id)).responseDueAt).toBe(late);
    expect((await threadOf(course._id)).responseDueAt).toBe(early);
  });

  it("reopens a closed one for what waits in the other, and closes it again when undone", async () => {
    const { course, bill, as, orgId, threadOf, mergeThem } = await withTwo();
    await as.mutation(api.inbox.mutations.setStatus, { orgId, threadId: course._id, status: "closed" });
    const mergeIds = await mergeThem();
    expect(await threadOf(course._id)).toMatchObject({ status: "open", responseDueAt: expect.any(Number) as number });
    await as.mutation(undo, { orgId, mergeIds });
    expect(await threadOf(course._id)).toMatchObject({ status: "closed" });
    expect((await threadOf(course._id)).responseDueAt).toBeUndefined();
    expect(await threadOf(bill._id)).toMatchObject({ status: "open" });
  });

  it("refuses a conversation into itself, and an undo below another merge", async () => {
    const { t, inbox, as, orgId, course, bill, mergeThem } = await withTwo();
    const itself = { orgId, sourceIds: [course._id], targetId: course._id };
    expect(await errorOf(as.mutation(merge, itself))).toMatchObject({ code: "invalid", field: "targetId" });
    const mergeIds = await mergeThem();
    await deliverText(t, inbox, { from: "+4915112345678", text: "Hallo", id: "s1" });
    const third = (await rows(t, "threads"))[2]!;
    await as.mutation(merge, { orgId, sourceIds: [bill._id], targetId: third._id });
    expect(await errorOf(as.mutation(undo, { orgId, mergeIds }))).toMatchObject({ code: "conflict" });
    const shown = await as.query(api.inbox.queries.getThread, { orgId, threadId: bill._id });
    expect(shown.id).toBe(third._id);
  });

  it("cannot be undone after thirty days, and is forgotten then but for the way there", async () => {
    const { t, as, orgId, course, bill, mergeThem } = await withTwo();
    const mergeIds = await mergeThem();
    vi.setSystemTime(Date.now() + 31 * DAY_MS);
    expect(await errorOf(as.mutation(undo, { orgId, mergeIds }))).toMatchObject({ code: "conflict" });
    await t.mutation(internal.inbox.merges.jobs.prune, {});
    expect([await allRows(t, "threadMerges"), await allRows(t, "mergeMoves")]).toEqual([[], []]);
    expect((await as.query(api.inbox.queries.getThread, { orgId, threadId: bill._id })).id).toBe(course._id);
  });

  it("moves a long one in batches, and back, also from the middle", async () => {
    const { t, as, orgId, course, bill, textsIn, mergeThem } = await withTwo();
    const MANY = 450;
    await inMutation(t, async (ctx) => {
      const { _id, _creationTime, ...fields } = (await ctx.db
        .query("messages")
        .withIndex("by_thread", (q) => q.eq("threadId", bill._id))
        .first())!;
      expect([_id, _creationTime]).toHaveLength(2);
      for (let index = 0; index < MANY; index++) {
        await ctx.db.insert("messages", { ...fields, text: `Nr. ${index}`, externalMessageId: undefined, at: index });
      }
    });
    const countIn = async (threadId: Id<"threads">) =>
      (await allRows(t, "messages")).filter((message) => message.threadId === threadId).length;
    const mergeIds = await mergeThem();
    expect((await textsIn(bill._id)).slice(0, 3)).toContain("Wo ist sie?");
    expect(await countIn(bill._id)).toBe(MANY + 1 - 200);
    await as.mutation(undo, { orgId, mergeIds });
    await t.finishInProgressScheduledFunctions();
    expect([await countIn(course._id), await countIn(bill._id)]).toEqual([1, MANY + 1]);
    const again = await mergeThem();
    expect(again).not.toEqual(mergeIds);
    for (let run = 0; run < 3; run++) await t.mutation(internal.inbox.merges.jobs.move, { mergeId: again[0]! });
    expect([await countIn(course._id), await countIn(bill._id)]).toEqual([MANY + 3, 0]);
  });
});

describe("a conversation that is merged while somebody writes in it", () => {
  it("takes draft and answer along, and gives the draft back", async () => {
    const { as, orgId, course, bill, mergeThem, textsIn, t } = await withTwo();
    const draftIn = async (threadId: Id<"threads">) =>
      (await as.query(api.inbox.queries.getDraft, { orgId, threadId, mode: "reply" }))?.doc;
    await as.mutation(api.inbox.mutations.saveDraft, {
      orgId,
      threadId: bill._id,
      mode: "reply",
      doc: doc("Sie liegt"),
    });
    const mergeIds = await mergeThem();
    expect(await draftIn(course._id)).toBe(doc("Sie liegt"));
    // The browser has not heard of it yet.
    await as.mutation(api.inbox.mutations.saveDraft, {
      orgId,
      threadId: bill._id,
      mode: "reply",
      doc: doc("Sie kommt"),
    });
    expect(await draftIn(course._id)).toBe(doc("Sie kommt"));
    await as.mutation(undo, { orgId, mergeIds });
    expect([await draftIn(course._id), await draftIn(bill._id)]).toEqual([undefined, doc("Sie kommt")]);
    await mergeThem();
    const reply = { orgId, threadId: bill._id, text: "Sie kommt.", close: false, clientId: "c1" };
    await as.mutation(api.inbox.mutations.reply, reply);
    await as.mutation(api.inbox.mutations.reply, reply);
    expect((await textsIn(course._id)).filter((text) => text === "Sie kommt.")).toHaveLength(1);
    expect((await rows(t, "threads")).find(({ _id }) => _id === course._id)).toMatchObject({
      status: "waiting_customer",
    });
  });

  it("joins it with what was begun there, and keeps a colleague's", async () => {
    const { t, as, orgId, course, bill, mergeThem } = await withTwo();
    const bert = await makeMember(t, orgId, "agent", "bert");
    const save = api.inbox.mutations.saveDraft;
    await as.mutation(save, { orgId, threadId: bill._id, mode: "reply", doc: doc("Eins") });
    await as.mutation(save, { orgId, threadId: course._id, mode: "reply", doc: doc("Zwei") });
    await bert.as.mutation(save, { orgId, threadId: bill._id, mode: "note", doc: doc("Drei") });
    await mergeThem();
    const mine = await as.query(api.inbox.queries.getDraft, { orgId, threadId: course._id, mode: "reply" });
    expect(mine?.doc).toMatch(/Eins.*Zwei/);
    const his = await bert.as.query(api.inbox.queries.getDraft, { orgId, threadId: course._id, mode: "note" });
    expect(his?.doc).toBe(doc("Drei"));
  });

  it("sends a reply that is held, and lets its author take it back", async () => {
    const { as, orgId, course, bill, mergeThem, textsIn } = await withTwo();
    const reply = { orgId, threadId: bill._id, close: false, isUndoable: true };
    await as.mutation(api.inbox.mutations.reply, { ...reply, text: "Eins.", clientId: "c1" });
    await as.mutation(api.inbox.mutations.reply, { ...reply, text: "Zwei.", clientId: "c2" });
    await mergeThem();
    const held = { orgId, threadId: bill._id, clientId: "c2" };
    await as.mutation(api.inbox.sending.mutations.undo, held);
    expect(await textsIn(course._id)).toContain("Eins.");
    expect(await textsIn(course._id)).not.toContain("Zwei.");
  });
});

describe("an answer of the customer's", () => {
  const answer = (extra: Record<string, string>) =>
    mail({ ...MAX_MAIL, Subject: "Etwas ganz anderes", "Message-ID": "<a1@example.org>", ...extra }, "Danke");

  it.each([
    [
      "the token of the merged one",
      (bill: { replyToken: string }) => ({ To: `reply+${bill.replyToken}@haff.example` }),
    ],
    ["a mail that was in it", () => ({ "In-Reply-To": "<r1@example.org>" })],
    ["its number", () => ({ Subject: "Noch etwas zu #2" })],
    ["its subject", () => ({ Subject: "Re: Rechnung" })],
  ])("by %s finds the one it is in now, closed or not", async (_, headers) => {
    const { t, inbox, as, orgId, course, bill, mergeThem, textsIn, threadOf } = await withTwo();
    await mergeThem();
    await as.mutation(api.inbox.mutations.setStatus, { orgId, threadId: course._id, status: "closed" });
    await deliverMail(t, inbox, answer(headers(bill)));
    expect(await textsIn(course._id)).toContain("Danke");
    expect(await threadOf(course._id)).toMatchObject({ status: "open", isOpen: true });
    expect(await rows(t, "threads")).toHaveLength(2);
  });

  it("to a conversation that is gone opens one of its own, and nothing is lost", async () => {
    const { t, inbox, bill, textsIn } = await withTwo();
    await cancelJobs(t);
    await inMutation(t, async (ctx) => {
      await ctx.db.delete("threads", bill._id);
    });
    await deliverMail(
      t,
      inbox,
      answer({ To: `reply+${bill.replyToken}@haff.example`, "In-Reply-To": "<r1@example.org>" }),
    );
    const made = (await rows(t, "threads")).at(-1)!;
    expect(made).toMatchObject({ number: 3, subject: "Etwas ganz anderes", contactId: inbox.contactId });
    expect(await textsIn(made._id)).toEqual(["Danke"]);
  });
});

describe("splitting a conversation", () => {
  async function withMixed() {
    const two = await withTwo();
    const { t, inbox, course } = two;
    const more = { subject: "Umbuchen", id: "m2@example.org", text: "Kann ich umbuchen?" };
    await receive(t, inbox, { ...more, inReplyTo: ["m1@example.org"] });
    const messages = (await rows(t, "messages")).filter(({ threadId }) => threadId === course._id);
    const other = messages.find(({ text }) => text === "Kann ich umbuchen?")!;
    return { ...two, messages, other };
  }

  it("makes one of its own with customer, words, clock and the answers to come; merging takes it back", async () => {
    const { t, inbox, as, orgId, course, other, textsIn, threadOf } = await withMixed();
    const due = (await threadOf(course._id)).responseDueAt!;
    const args = { orgId, threadId: course._id, messageIds: [other._id], subject: " Umbuchen " };
    const partId = await as.mutation(split, args);
    expect(await textsIn(partId)).toEqual([expect.stringContaining("abgetrennt"), "Kann ich umbuchen?"]);
    expect(await threadOf(partId)).toMatchObject({
      subject: "Umbuchen",
      contactId: inbox.contactId,
      channel: "email",
      lastMessagePreview: "Kann ich umbuchen?",
      splitFromId: course._id,
    });
    expect((await threadOf(partId)).responseDueAt!).toBeGreaterThanOrEqual(due + HOUR_MS);
    expect(await threadOf(course._id)).toMatchObject({ lastMessagePreview: "Wann beginnt er?", responseDueAt: due });
    const answer = { ...MAX_MAIL, "Message-ID": "<m3@example.org>", "In-Reply-To": "<m2@example.org>" };
    await deliverMail(t, inbox, mail(answer, "Bitte schnell"));
    expect(await textsIn(partId)).toContain("Bitte schnell");
    await as.mutation(merge, { orgId, sourceIds: [partId], targetId: course._id });
    expect(await textsIn(course._id)).toEqual(expect.arrayContaining(["Bitte schnell", "Wann beginnt er?"]));
  });

  it("leaves nothing to wait for where everything else was answered", async () => {
    const { as, orgId, course, other, messages, threadOf } = await withMixed();
    const rest = messages.filter(({ _id, messageType }) => _id !== other._id && messageType === "incoming");
    const args = { orgId, threadId: course._id, messageIds: rest.map(({ _id }) => _id), subject: "Kurs" };
    const partId = await as.mutation(split, args);
    expect((await threadOf(partId)).responseDueAt).toBeLessThan((await threadOf(course._id)).responseDueAt!);
  });

  it("refuses none, all, and other conversations' messages", async () => {
    const { as, orgId, course, bill, messages, other } = await withMixed();
    const args = { orgId, threadId: course._id, messageIds: [other._id], subject: "Umbuchen" };
    const all = messages.map(({ _id }) => _id);
    for (const messageIds of [[], all]) {
      expect(await errorOf(as.mutation(split, { ...args, messageIds }))).toMatchObject({ field: "messageIds" });
    }
    expect(await errorOf(as.mutation(split, { ...args, threadId: bill._id }))).toMatchObject({ code: "not_found" });
    expect(await errorOf(as.mutation(split, { ...args, subject: " " }))).toMatchObject({ field: "subject" });
  });
});

describe("merging what was chosen in a list", () => {
  it("keeps the oldest open one, undoes all at once, and refuses conversations of different customers", async () => {
    const t = setupConvex();
    const inbox = await makeInbox(t);
    const { orgId, as } = inbox;
    for (const id of ["<a@x>", "<b@x>", "<c@x>"]) await receive(t, inbox, { subject: id, id, text: id });
    const threads = await rows(t, "threads");
    const threadIds = threads.map(({ _id }) => _id);
    const [first, second, third] = threadIds;
    if (first === undefined || second === undefined || third === undefined) throw new Error("Three mails came");
    const { previewTogether } = api.inbox.merges.queries;
    const { mergeTogether } = api.inbox.merges.mutations;
    await as.mutation(api.inbox.mutations.setStatus, { orgId, threadId: first, status: "closed" });
    expect(await as.query(previewTogether, { orgId, threadIds })).toMatchObject({
      problem: null,
      stayingId: second,
      threads: [{ id: first }, { id: second }, { id: third }],
    });
    const mergeIds = await as.mutation(mergeTogether, { orgId, threadIds, targetId: second });
    expect((await rows(t, "threads")).map(({ mergedIntoId }) => mergedIntoId)).toEqual([second, undefined, second]);
    await as.mutation(undo, { orgId, mergeIds });
    expect((await rows(t, "threads")).map(({ mergedIntoId }) => mergedIntoId)).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    await inMutation(t, async (ctx) => {
      const { _id: contactId } = await resolveContact(ctx, { orgId, name: "Eva", email: "eva@example.org" });
      await ctx.db.patch("threads", third, { contactId });
    });
    expect(await as.query(previewTogether, { orgId, threadIds })).toMatchObject({ problem: "customers_differ" });
    const refused = async () => await errorOf(as.mutation(mergeTogether, { orgId, threadIds, targetId: second }));
    expect(await refused()).toMatchObject({ code: "invalid", field: "threadIds" });
    await inMutation(t, async (ctx) => await ctx.db.patch("threads", third, { contactId: undefined }));
    expect(await refused()).toMatchObject({
      code: "invalid",
      message: expect.stringContaining("no customer") as string,
    });
  });
});
