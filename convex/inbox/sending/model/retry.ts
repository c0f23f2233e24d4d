import type { Doc, Id } from "../../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../../_generated/server";
import { retryOf, tryAgain } from "../../../delivery/model/tryAgain";
import type { RetryVerdict } from "../../../delivery/tryAgain";
import { appError } from "../../../lib/errors";
import { requireMessageRow } from "../../model/messageFields";
import { requireThread } from "../../model/rows";

/** Whether a reply that did not arrive may be sent again; undefined for everything else. */
export async function retryOfReply(ctx: QueryCtx, message: Doc<"messages">): Promise<RetryVerdict | undefined> {
  const { orgId, queueId } = message;
  if (!hasFailed(message) || queueId === undefined) return undefined;
  return (await retryOf(ctx, orgId, queueId)) ?? undefined;
}

/**
 * Sends a reply that did not arrive again; whoever may answer in its conversation may. Pressed twice it goes once. Throws
 * `not_found` for conversations the member may not open, `invalid` for what is no reply, `conflict` where it would end the
 * same.
 */
export async function retryReply(
  ctx: MutationCtx,
  { orgId, member }: { orgId: Id<"organisations">; member: Doc<"members"> },
  messageId: Id<"messages">,
): Promise<void> {
  const message = await requireMessageRow(ctx, orgId, messageId);
  await requireThread(ctx, orgId, message.threadId);
  if (message.messageType !== "outgoing" || message.queueId === undefined) {
    throw appError("invalid", "Only a reply can be sent again.", { field: "messageId" });
  }
  if (!hasFailed(message)) return;
  const isOnItsWay = await tryAgain(ctx, { orgId, memberId: member._id, queueId: message.queueId });
  // What failed before is on the queue row; what the timeline says is how it goes now.
  if (isOnItsWay) await ctx.db.patch("messages", messageId, { deliveryStatus: "pending", failureReason: undefined });
}

function hasFailed({ messageType, deliveryStatus }: Doc<"messages">): boolean {
  return messageType === "outgoing" && (deliveryStatus === "failed" || deliveryStatus === "bounced");
}
