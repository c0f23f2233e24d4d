import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx } from "../../_generated/server";
import { record } from "../../audit/model";
import { emit } from "../../events/model";
import { appError } from "../../lib/errors";
import { DAY_MS, MINUTE_MS } from "../../lib/time";
import { requireMemberOf, requireOrg } from "../../orgs/model";
import { unansweredSince } from "../merges/model/moves";
import { markRead } from "../model/readMarks";
import { messageByClientId } from "../model/refs";
import { patchThread, requireThread, restateWaiting } from "../model/rows";
import { MAX_NOTE_CHARS } from "../model/work";
import { previewOf } from "../preview";
import { callSettings } from "./model/settings";
import { callMeans, MAX_CALL_SECONDS, type CallMeaning } from "./rules";
import type { Call } from "./schema";
import { callLine } from "./texts";

// Phone calls as entries of a conversation (product.md A-14).

/** Older calls belong into a note: nobody remembers their minute. */
const MAX_AGE_MS = 366 * DAY_MS;
/** Clocks of browsers run ahead a little. */
const AHEAD_MS = 2 * MINUTE_MS;
/** Calls are planned back within this. */
const MAX_CALLBACK_MS = 366 * DAY_MS;

/** What a member says of a call. `memberId`: who spoke; absent: the one who notes it. */
export type NewCall = Pick<Call, "direction" | "outcome" | "seconds" | "callbackAt"> & {
  at: number;
  text: string;
  memberId?: Id<"members"> | undefined;
};

type By = { orgId: Id<"organisations">; member: Doc<"members"> };

/**
 * Notes a call in a conversation: it counts as activity, moves the clocks as set, and tells the other domains. The same
 * `clientId` again is the same call. Throws `invalid` with the field for a time to come, a length that cannot be or a
 * note that is too long, `not_found` for somebody else's member.
 */
export async function logCall(
  ctx: MutationCtx,
  { orgId, member }: By,
  asked: Id<"threads">,
  { clientId, ...call }: NewCall & { clientId: string },
): Promise<Id<"messages">> {
  const thread = await requireThread(ctx, orgId, asked);
  const known = await messageByClientId(ctx, thread._id, clientId);
  if (known !== null) return known._id;
  const { at, text, memberId = member._id, ...facts } = checkCall(call, Date.now());
  await requireMemberOf(ctx, orgId, memberId);
  const messageId = await ctx.db.insert("messages", {
    orgId,
    threadId: thread._id,
    // The words are the team's own; who called whom is in the facts.
    messageType: "internal_note",
    sender: { kind: "member", memberId },
    recipients: [],
    text,
    fileIds: [],
    isAutomatic: false,
    clientId,
    at,
    call: { ...facts, loggedById: member._id },
  });
  const shown = await showCall(ctx, thread, { at, text, direction: call.direction });
  await moveClocks(ctx, shown, { means: callMeans(call, await callSettings(ctx, orgId)), meant: "nothing" });
  const after = await requireThread(ctx, orgId, thread._id);
  await markRead(ctx, after, member._id);
  await audit(ctx, { orgId, member }, "call.logged", thread, call);
  await tellOfCall(ctx, after, messageId, { ...call, by: member._id });
  return messageId;
}

/**
 * Changes a call; only its author may. What it means for the clocks follows. Throws `forbidden` for somebody else's,
 * `not_found` for a message that is none, and like `logCall`.
 */
export async function changeCall(
  ctx: MutationCtx,
  { orgId, member }: By,
  messageId: Id<"messages">,
  change: NewCall,
): Promise<void> {
  const message = await ctx.db.get("messages", messageId);
  if (message?.call === undefined || message.orgId !== orgId) throw appError("not_found", "This call does not exist.");
  const before = message.call;
  if (before.loggedById !== member._id) throw appError("forbidden", "Only who noted a call changes it.");
  const now = Date.now();
  const { at, text, memberId = member._id, ...facts } = checkCall(change, now);
  await requireMemberOf(ctx, orgId, memberId);
  const call = { ...facts, loggedById: member._id, editedAt: now };
  await ctx.db.patch("messages", messageId, { at, text, sender: { kind: "member", memberId }, call });
  const thread = await requireThread(ctx, orgId, message.threadId);
  const shown = await showCall(ctx, thread, { at, text, direction: call.direction });
  const settings = await callSettings(ctx, orgId);
  const [meant, means] = [callMeans(before, settings), callMeans(call, settings)];
  if (meant !== means || message.at !== at) await moveClocks(ctx, shown, { means, meant });
  await audit(ctx, { orgId, member }, "call.changed", thread, call);
  if (before.outcome !== call.outcome || before.callbackAt !== call.callbackAt) {
    await tellOfCall(ctx, thread, messageId, { ...call, by: member._id });
  }
}

function checkCall(call: NewCall, now: number): NewCall {
  const text = call.text.trim();
  const { at, seconds, callbackAt } = call;
  if (text.length > MAX_NOTE_CHARS) {
    throw appError("invalid", `A note has at most ${MAX_NOTE_CHARS} characters.`, { field: "text" });
  }
  if (!(at <= now + AHEAD_MS && at >= now - MAX_AGE_MS)) {
    throw appError("invalid", "A call was within the last year and is not to come.", { field: "at" });
  }
  if (!Number.isInteger(seconds) || seconds < 0 || seconds > MAX_CALL_SECONDS) {
    throw appError("invalid", "A call takes between 0 seconds and 24 hours.", { field: "seconds" });
  }
  if (callbackAt !== undefined && !(callbackAt > at && callbackAt <= now + MAX_CALLBACK_MS)) {
    throw appError("invalid", "We call back after the call, within a year.", { field: "callbackAt" });
  }
  return { ...call, text, at: Math.min(at, now) };
}

// An older call than what was said since changes no list.
async function showCall(
  ctx: MutationCtx,
  thread: Doc<"threads">,
  { at, text, direction }: Pick<NewCall, "at" | "text" | "direction">,
): Promise<Doc<"threads">> {
  if (at < thread.lastMessageAt) return thread;
  const { locale } = await requireOrg(ctx, thread.orgId);
  return await patchThread(ctx, thread, {
    lastMessageAt: at,
    lastMessagePreview: previewOf(text === "" ? callLine(locale, { direction }) : text),
    lastMessageType: "internal_note",
  });
}

/** A call that was noted late does not answer what the customer wrote after it. */
async function moveClocks(
  ctx: MutationCtx,
  thread: Doc<"threads">,
  { means, meant }: { means: CallMeaning; meant: CallMeaning },
): Promise<void> {
  if (means === "nothing" && meant === "nothing") return;
  const since = await unansweredSince(ctx, thread._id);
  if (since !== null) {
    const begins = means === "waits" || meant === "answers";
    await restateWaiting(ctx, begins ? await patchThread(ctx, thread, {}, "customer_wrote") : thread, since);
  } else if (means === "answers") {
    await patchThread(ctx, thread, {}, "answered");
  } else {
    await restateWaiting(ctx, thread, null);
  }
}

async function tellOfCall(
  ctx: MutationCtx,
  { orgId, _id: threadId, contactId, number }: Doc<"threads">,
  messageId: Id<"messages">,
  { direction, outcome, callbackAt, by }: Pick<NewCall, "direction" | "outcome" | "callbackAt"> & { by: Id<"members"> },
): Promise<void> {
  const payload = { direction, outcome, callbackAt: callbackAt ?? null, number, by };
  await emit(ctx, { orgId, kind: "call.logged", subject: { threadId, contactId, messageId }, payload });
}

async function audit(
  ctx: MutationCtx,
  { orgId, member }: By,
  action: "call.logged" | "call.changed",
  { _id }: Doc<"threads">,
  { direction, outcome, seconds }: Pick<NewCall, "direction" | "outcome" | "seconds">,
): Promise<void> {
  await record(ctx, {
    orgId,
    actor: { kind: "member", memberId: member._id },
    action,
    subject: { table: "threads", id: _id },
    details: { direction, outcome, seconds },
  });
}
