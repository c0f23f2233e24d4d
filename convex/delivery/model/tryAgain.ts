import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { addressesOf, usableAddress } from "../../contacts/model";
import { appError } from "../../lib/errors";
import { mayTryAgain, type RetryVerdict } from "../tryAgain";
import { requeueByMember } from "./operate";

/** Whether a message may be tried again by those who wrote it, and where it would go; null where nothing failed. */
export async function retryOf(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  queueId: Id<"messageQueue">,
): Promise<RetryVerdict | null> {
  const row = await ctx.db.get("messageQueue", queueId);
  return row === null || row.orgId !== orgId ? null : (await verdictOn(ctx, row)).verdict;
}

/**
 * Sends a failed message again by the router, as if it were new, to the person's address of now where that is another one.
 * One that is on its way again or has arrived stays as it is: false. Throws `conflict` where it would end the same.
 */
export async function tryAgain(
  ctx: MutationCtx,
  { orgId, memberId, queueId }: { orgId: Id<"organisations">; memberId: Id<"members">; queueId: Id<"messageQueue"> },
): Promise<boolean> {
  const row = await ctx.db.get("messageQueue", queueId);
  if (row === null || row.orgId !== orgId) throw appError("not_found", "This message does not exist.");
  const { verdict, channel, goesTo } = await verdictOn(ctx, row);
  if (verdict === null) return false;
  if (verdict.kind === "refused") {
    throw appError("conflict", `Sending it again would end the same (${verdict.because}).`, { field: "messageId" });
  }
  if (verdict.isElsewhere && goesTo !== null) {
    // The wish named the old one; where it went says nothing any more about where it goes.
    const to = row.to === undefined ? undefined : { ...row.to, [channel]: goesTo };
    await ctx.db.patch("messageQueue", queueId, { to, routedChannel: undefined, address: undefined });
  }
  await requeueByMember(ctx, { orgId, memberId, queueId });
  return true;
}

async function verdictOn(ctx: QueryCtx, row: Doc<"messageQueue">) {
  const { state, contactId, routedChannel, to, bodyId } = row;
  const channel = routedChannel ?? (row.channel === "best" ? "email" : row.channel);
  const wished = channel === "webhook" ? undefined : to?.[channel];
  const wentTo = row.address ?? wished ?? null;
  const addresses = await addressesOf(ctx, contactId);
  // What its writer chose stays, as long as it is an address of the person.
  const isChosen = ({ address, state: known }: Doc<"contactAddresses">) => address === wished && known !== "invalid";
  const goesTo = (addresses.find(isChosen) ?? usableAddress(addresses, channel))?.address ?? null;
  const isPurged = (await ctx.db.get("messageBodies", bodyId))?.purgedAt !== undefined;
  return { verdict: mayTryAgain({ state, wentTo, goesTo, isPurged }), channel, goesTo };
}
