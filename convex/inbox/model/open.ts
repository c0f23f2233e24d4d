import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx } from "../../_generated/server";
import { record } from "../../audit/model";
import { requireContact } from "../../contacts/model";
import { emit } from "../../events/model";
import { appError } from "../../lib/errors";
import { checkSubject, checkTags } from "./fields";
import { insertThread } from "./rows";

/** What a member says of a conversation that begins with us; without a person it is the team's alone. */
export type NewConversation = Pick<
  Doc<"threads">,
  "subject" | "threadType" | "priority" | "channel" | "tags" | "orderRef" | "moreOrders" | "externalReferences"
> & { contactId: Id<"contacts"> | undefined };

/**
 * Opens a conversation before anybody wrote: no response clock runs until they do (product.md 6.2 rule 8).
 * Throws `invalid` for an empty or overlong subject or tag, `not_found` for another organisation's contact.
 */
export async function openConversation(
  ctx: MutationCtx,
  { orgId, member }: { orgId: Id<"organisations">; member: Doc<"members"> },
  conversation: NewConversation,
): Promise<Doc<"threads">> {
  const { contactId, channel } = conversation;
  if (contactId !== undefined && (await requireContact(ctx, orgId, contactId)).erasedAt !== undefined) {
    throw appError("conflict", "This person was erased.", { field: "contact" });
  }
  const thread = await insertThread(ctx, {
    ...conversation,
    orgId,
    subject: checkSubject(conversation.subject),
    tags: checkTags(conversation.tags),
    status: "open",
    lastMessageAt: Date.now(),
    lastMessagePreview: "",
    lastMessageType: "system_notification",
  });
  const threadId = thread._id;
  await emit(ctx, { orgId, kind: "thread.created", subject: { threadId, contactId }, payload: { channel } });
  const actor = { kind: "member", memberId: member._id } as const;
  await record(ctx, { orgId, actor, action: "thread.created", subject: { table: "threads", id: threadId } });
  return thread;
}
