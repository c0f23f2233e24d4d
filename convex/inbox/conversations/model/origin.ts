import type { Doc, Id } from "../../../_generated/dataModel";
import type { MutationCtx } from "../../../_generated/server";
import { record } from "../../../audit/model";
import { emit } from "../../../events/model";
import { isAddressChannel } from "../../../contacts/schema";
import type { ThreadStatus } from "../../../lib/closedSets";
import { appError } from "../../../lib/errors";
import { requireMemberOf, requireOrg } from "../../../orgs/model";
import { tellThread } from "../../merges/model/moves";
import { ownThread, patchThread, requireThread } from "../../model/rows";
import { goneOnText } from "../texts";

// What an answer on another channel does to the conversation it answers.

/**
 * Throws `not_found` for one the caller may not open, `invalid` for another person's. One that was deleted meanwhile, or
 * removed for good, keeps no answer back.
 */
export async function checkOrigin(ctx: MutationCtx, into: Doc<"threads">, originId: Id<"threads">): Promise<void> {
  const { orgId } = into;
  if (await isRemoved(ctx, originId)) return;
  const kept = await ownThread(ctx, orgId, originId);
  const origin = kept.deleted === undefined ? await requireThread(ctx, orgId, originId) : kept;
  if (origin.contactId !== undefined && origin.contactId === into.contactId) return;
  throw appError("invalid", "That conversation is another person's.", { field: "goesOnFrom" });
}

async function isRemoved(ctx: MutationCtx, threadId: Id<"threads">): Promise<boolean> {
  return (await ctx.db.get("threads", threadId)) === null;
}

type GoneOn = {
  originId: Id<"threads">;
  into: Doc<"threads">;
  memberId: Id<"members">;
  close: boolean;
  /** Whether the customer wrote in it while the answer was held back: that is a new question. */
  hasWritten: (origin: Doc<"threads">) => Promise<boolean>;
};

/**
 * The answer on the other channel leaves now: both conversations name each other, and the one it was asked in is answered
 * for its clocks and waits for the customer, or is closed. One that is done stays so, and one that the customer wrote in
 * meanwhile stays open. Nothing happens when the two were merged, or the other was removed for good.
 */
export async function goneOn(ctx: MutationCtx, { originId, into, memberId, close, hasWritten }: GoneOn): Promise<void> {
  const { orgId, channel } = into;
  if (await isRemoved(ctx, originId)) return;
  const origin = await ownThread(ctx, orgId, originId);
  if (origin._id === into._id || !isAddressChannel(channel)) return;
  const { locale } = await requireOrg(ctx, orgId);
  const { displayName: name } = await requireMemberOf(ctx, orgId, memberId);
  await tellThread(ctx, origin, goneOnText(locale, "wentOn", { name, other: into, channel }), into);
  await tellThread(ctx, into, goneOnText(locale, "cameFrom", { name, other: origin, channel }), origin);
  const subject = { table: "threads", id: origin._id } as const;
  const actor = { kind: "member", memberId } as const;
  await record(ctx, {
    orgId,
    actor,
    action: "thread.gone_on",
    subject,
    details: { into: into.number, channel, close },
  });
  if (!origin.isOpen || (await hasWritten(origin))) return;
  const status: ThreadStatus = close ? "closed" : "waiting_customer";
  await patchThread(ctx, origin, { status }, "answered");
  const { _id: threadId, contactId } = origin;
  if (close) await emit(ctx, { orgId, kind: "thread.closed", subject: { threadId, contactId } });
}
