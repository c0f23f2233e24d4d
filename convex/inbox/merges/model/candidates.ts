import type { Doc, Id } from "../../../_generated/dataModel";
import type { QueryCtx } from "../../../_generated/server";
import { requireContact } from "../../../contacts/model";
import { callerMayOpen } from "../../../lib/threadAccess";
import { searchThreads } from "../../model/lists";
import { requireThread } from "../../model/rows";

/** Conversations of one customer offered for a merge: recent ones only (product.md 2.7 no. 75). */
const MAX_OFFERED = 20;

type Viewer = { orgId: Id<"organisations">; member: Doc<"members"> };

/**
 * Conversations that another one could be merged into: its customer's newest ones, or with words those that are found by
 * them, best first; never itself. At most 20.
 */
export async function mergeCandidates(
  ctx: QueryCtx,
  viewer: Viewer,
  { threadId, text }: { threadId: Id<"threads">; text: string },
) {
  const { orgId } = viewer;
  const own = await requireThread(ctx, orgId, threadId);
  if (text.trim() !== "") {
    const found = await searchThreads(ctx, viewer, text);
    return found
      .filter(({ id }) => id !== own._id)
      .map(({ id, number, subject, channel, isOpen, lastMessageAt, lastMessagePreview, contact }) => ({
        id,
        number,
        subject,
        channel,
        isOpen,
        lastMessageAt,
        lastMessagePreview,
        contact,
      }));
  }
  const { contactId } = own;
  if (contactId === undefined) return [];
  const recent = await ctx.db
    .query("threads")
    .withIndex("by_contact", (q) => q.eq("contactId", contactId))
    .order("desc")
    .take(MAX_OFFERED);
  const contact = await requireContact(ctx, orgId, contactId);
  const offered: Doc<"threads">[] = [];
  for (const thread of recent) {
    const isOther = thread._id !== own._id && thread.mergedIntoId === undefined;
    if (isOther && (await callerMayOpen(ctx, thread))) offered.push(thread);
  }
  return offered.map(({ _id: id, number, subject, channel, isOpen, lastMessageAt, lastMessagePreview }) => ({
    id,
    number,
    subject,
    channel,
    isOpen: isOpen === true,
    lastMessageAt,
    lastMessagePreview,
    contact: { id: contact._id, name: contact.name },
  }));
}
