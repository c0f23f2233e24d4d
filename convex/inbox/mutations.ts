import { v } from "convex/values";
import { vPriority, vThreadStatus, vThreadType } from "../lib/closedSets";
import { vAttributeValue } from "../contacts/schema";
import { memberMutation } from "../lib/functions";
import * as drafts from "./model/drafts";
import { changeThread } from "./model/fields";
import { markRead as markThreadRead } from "./model/readMarks";
import { setOwnStopWords } from "./model/ownStopWords";
import { sendReply } from "./model/reply";
import { requireThread } from "./model/rows";
import * as work from "./model/work";
import { vDraftParts, vEnvelope, vGoesOnFrom, vReplyKind } from "./recipients/schema";
import { vDraftMode } from "./schema";
import { vSharedDraftSeen } from "./sharedDrafts/schema";

/** Answers the customer on the channel they wrote on, or forwards a message. The same `clientId` again is the same reply. */
export const reply = memberMutation("inbox.reply")({
  args: {
    threadId: v.id("threads"),
    text: v.string(),
    html: v.optional(v.string()),
    close: v.boolean(),
    /** The author may take it back for some seconds (`sending.undo`); it leaves after them. */
    isUndoable: v.optional(v.boolean()),
    kind: v.optional(vReplyKind),
    /** E-mail: who it goes to; absent: to the customer. */
    envelope: v.optional(vEnvelope),
    /** What it comes from; null: as the account has it; absent: as usual (`senders.queries.inThread`). */
    from: v.optional(v.union(v.string(), v.null())),
    fileIds: v.optional(v.array(v.id("files"))),
    /** The message a forward passes on. */
    forwardOf: v.optional(v.id("messages")),
    /** WhatsApp: the message it quotes. */
    quoteOf: v.optional(v.id("messages")),
    /** What the editor had (Tiptap JSON text), for the draft it becomes when it is taken back. */
    doc: v.optional(v.string()),
    /** Leaves then (UTC ms); `cancelIfAnswered`: unless the customer writes first. */
    plan: v.optional(v.object({ sendAt: v.number(), cancelIfAnswered: v.boolean() })),
    /** Comes back into the lists then (UTC ms) unless the customer answers first; out of them until then. */
    remindAt: v.optional(v.number()),
    /** It answers that conversation too, which was on another channel: both say so when it leaves. */
    goesOnFrom: v.optional(vGoesOnFrom),
    /** The template or snippet the words began with. */
    templateId: v.optional(v.id("templates")),
    /** WhatsApp: goes out as that template with these values, whatever `text` says. */
    values: v.optional(v.record(v.string(), v.string())),
    /** The draft written together that goes out: refused with `conflict` when it went already or was written on. */
    sharedDraft: v.optional(vSharedDraftSeen),
    /** The newest message on the writer's screen: refused with `conflict` when a colleague answered after it. */
    sawId: v.optional(v.id("messages")),
    clientId: v.string(),
  },
  returns: v.object({ messageId: v.id("messages"), queueId: v.id("messageQueue") }),
  handler: async (ctx, args) => await sendReply(ctx, { ...args, orgId: ctx.orgId, member: ctx.member }),
});

/** Adds a note only the team sees, with files the caller attached. */
export const addNote = memberMutation("inbox.reply")({
  args: {
    threadId: v.id("threads"),
    text: v.string(),
    fileIds: v.optional(v.array(v.id("files"))),
    clientId: v.string(),
  },
  returns: v.id("messages"),
  handler: async (ctx, args) => await work.addNote(ctx, { ...args, orgId: ctx.orgId, member: ctx.member }),
});

/**
 * Gives a thread to a member, or to nobody. With `fromId`, only while that one (null: nobody) still has it: of many who
 * claim it at once, one gets it and the others `conflict` (product.md O-15).
 */
export const assign = memberMutation("inbox.assign")({
  args: {
    threadId: v.id("threads"),
    assigneeId: v.union(v.id("members"), v.null()),
    fromId: v.optional(v.union(v.id("members"), v.null())),
  },
  returns: v.null(),
  handler: async (ctx, args) => {
    await work.assignThread(ctx, { ...args, orgId: ctx.orgId, member: ctx.member });
    return null;
  },
});

/**
 * Says what a thread is about: what the team calls it (answers keep the customer's subject), its type, how urgent it is,
 * its tags and references (all of them anew), its attributes (null takes one away, what is absent stays).
 */
export const change = memberMutation("inbox.reply")({
  args: {
    threadId: v.id("threads"),
    subject: v.optional(v.string()),
    threadType: v.optional(vThreadType),
    priority: v.optional(vPriority),
    tags: v.optional(v.array(v.string())),
    externalReferences: v.optional(v.record(v.string(), v.string())),
    attributes: v.optional(v.record(v.string(), v.union(vAttributeValue, v.null()))),
  },
  returns: v.null(),
  handler: async (ctx, { threadId, ...fields }): Promise<null> => {
    await changeThread(ctx, ctx, threadId, fields);
    return null;
  },
});

/** Sets the status of a thread: closing and reopening are statuses too. */
export const setStatus = memberMutation("inbox.reply")({
  args: { threadId: v.id("threads"), status: vThreadStatus },
  returns: v.null(),
  handler: async (ctx, args) => {
    await work.setThreadStatus(ctx, { ...args, orgId: ctx.orgId, member: ctx.member });
    return null;
  },
});

/** The caller has seen everything in the thread. */
export const markRead = memberMutation("inbox.read")({
  args: { threadId: v.id("threads") },
  returns: v.null(),
  handler: async (ctx, { threadId }) => {
    await markThreadRead(ctx, await requireThread(ctx, ctx.orgId, threadId), ctx.member._id);
    return null;
  },
});

/** Keeps what the caller is writing. `doc` is Tiptap JSON text. */
export const saveDraft = memberMutation("inbox.reply")({
  args: { threadId: v.id("threads"), mode: vDraftMode, doc: v.string(), parts: v.optional(vDraftParts) },
  returns: v.null(),
  handler: async (ctx, { threadId, ...draft }) => {
    await drafts.saveDraft(ctx, await drafts.threadOfWriter(ctx, threadId), ctx.member._id, draft);
    return null;
  },
});

/** Throws the caller's draft away, with what was attached to it. */
export const discardDraft = memberMutation("inbox.reply")({
  args: { threadId: v.id("threads"), mode: vDraftMode },
  returns: v.null(),
  handler: async (ctx, { threadId, mode }) => {
    const thread = await requireThread(ctx, ctx.orgId, threadId);
    await drafts.discardDraft(ctx, ctx, thread._id, mode);
    return null;
  },
});

/** Replaces the organisation's own words that end messages (product.md C, opt-out words). Throws `invalid`. */
export const setStopWords = memberMutation("consent.manage")({
  args: { words: v.array(v.string()) },
  returns: v.null(),
  handler: async (ctx, { words }): Promise<null> => {
    await setOwnStopWords(ctx, { orgId: ctx.orgId, memberId: ctx.member._id, words });
    return null;
  },
});
