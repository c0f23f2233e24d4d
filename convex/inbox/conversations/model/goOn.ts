import { internal } from "../../../_generated/api";
import type { Doc, Id } from "../../../_generated/dataModel";
import type { MutationCtx } from "../../../_generated/server";
import { requireContact } from "../../../contacts/model";
import { requireFile } from "../../../files/model";
import type { AddressChannel } from "../../../contacts/schema";
import { appError } from "../../../lib/errors";
import { DAY_MS } from "../../../lib/time";
import { attachmentProblem, problemText } from "../../attachments/limits";
import { attachmentsOf } from "../../attachments/model";
import { getDraft, removeDraft, saveDraft } from "../../model/drafts";
import { openConversation } from "../../model/open";
import { markRead } from "../../model/readMarks";
import { findThread, patchThread, requireThread } from "../../model/rows";
import { docOfText, joinDocs } from "../../sending/joinDocs";
import { subjectOfAnswer } from "../texts";
import { isUnused } from "./unused";
import { otherWays, type OtherWay } from "./ways";

/** So long an empty conversation stays that nobody left, because the page was closed. */
const UNUSED_MS = DAY_MS;

type Caller = { orgId: Id<"organisations">; org: Doc<"organisations">; member: Doc<"members"> };

type GoingOn = {
  threadId: Id<"threads">;
  channel: AddressChannel;
  /** The words of the caller's draft as texts carry them. */
  text: string;
};

/**
 * Takes what a member is writing in a conversation to the customer's conversation on another channel, which is begun if
 * none is open; nothing is sent yet. Returns that conversation. Throws `invalid` for a channel the customer cannot be
 * answered on and for files it does not carry; then the draft stays where it is.
 */
export async function goOn(ctx: MutationCtx, by: Caller, { threadId, channel, text }: GoingOn): Promise<Id<"threads">> {
  const origin = await requireThread(ctx, by.orgId, threadId);
  const way = (await otherWays(ctx, by, origin)).find((each) => each.channel === channel);
  if (way === undefined) {
    throw appError("invalid", `The customer cannot be answered by ${channel}.`, { field: "channel" });
  }
  const draft = await getDraft(ctx, origin._id, by.member._id, "reply");
  const attached = await attachmentsOf(ctx, by.orgId, draft?.parts?.fileIds ?? []);
  const files = await Promise.all(attached.map(({ fileId }) => requireFile(ctx, by.orgId, fileId)));
  const problem = attachmentProblem(files, channel);
  if (problem !== null) throw appError("invalid", problemText(problem), { field: "fileIds" });
  const asked = await askedIn(ctx, by.orgId, origin);
  const into = way.into ?? (await begin(ctx, by, asked, way));
  await moveDraft(ctx, by, { origin, asked, into, draft, fileIds: files.map(({ _id }) => _id), text });
  return into._id;
}

/** What is answered: from an empty conversation, which goes when it is left, the one that it was begun for. */
async function askedIn(ctx: MutationCtx, orgId: Id<"organisations">, thread: Doc<"threads">): Promise<Doc<"threads">> {
  if (thread.goesOnFromId === undefined || !(await isUnused(ctx, thread))) return thread;
  return (await findThread(ctx, orgId, thread.goesOnFromId)) ?? thread;
}

async function begin(
  ctx: MutationCtx,
  by: Caller,
  origin: Doc<"threads">,
  { channel, mailbox }: OtherWay,
): Promise<Doc<"threads">> {
  const { contactId, threadType, priority, tags, orderRef, moreOrders } = origin;
  const opened = await openConversation(ctx, by, {
    contactId,
    channel,
    subject: origin.subject.trim() || (await subjectFor(ctx, by, contactId)),
    threadType,
    priority,
    tags,
    orderRef,
    moreOrders,
    externalReferences: {},
  });
  const { customerAccountId, partnerAccountId, teamId } = origin;
  const begun = await patchThread(ctx, opened, {
    assigneeId: by.member._id,
    teamId,
    channelId: mailbox?._id,
    goesOnFromId: origin._id,
    customerAccountId,
    partnerAccountId,
  });
  const { orgId, member } = by;
  await ctx.scheduler.runAfter(UNUSED_MS, internal.inbox.conversations.jobs.dropUnused, {
    orgId,
    memberId: member._id,
    threadId: begun._id,
  });
  await markRead(ctx, begun, by.member._id);
  return begun;
}

async function subjectFor(ctx: MutationCtx, { orgId, org }: Caller, contactId: Id<"contacts"> | undefined) {
  const contact = contactId === undefined ? null : await requireContact(ctx, orgId, contactId);
  return subjectOfAnswer(contact?.locale ?? org.locale);
}

type Move = {
  /** Where it is written. */
  origin: Doc<"threads">;
  /** What it answers. */
  asked: Doc<"threads">;
  into: Doc<"threads">;
  draft: Doc<"drafts"> | null;
  fileIds: Id<"files">[];
  text: string;
};

// What was begun there already comes after it. Texts have no bold words and no links of their own.
async function moveDraft(
  ctx: MutationCtx,
  { member }: Caller,
  { origin, asked, into, draft, fileIds, text }: Move,
): Promise<void> {
  const begun = await getDraft(ctx, into._id, member._id, "reply");
  const words = draft === null || into.channel !== "email" ? docOfText(text) : draft.doc;
  const more = begun?.parts;
  const templateId = draft?.parts?.templateId ?? more?.templateId;
  await saveDraft(ctx, into, member._id, {
    mode: "reply",
    doc: joinDocs(words, begun?.doc),
    parts: {
      kind: "reply",
      ...more,
      fileIds: [...fileIds, ...(more?.fileIds ?? [])],
      ...(templateId === undefined ? {} : { templateId }),
      goesOnFrom: asked._id === into._id ? undefined : { threadId: asked._id, number: asked.number, close: false },
    },
  });
  if (draft !== null) await removeDraft(ctx, origin._id, member._id, "reply");
}
