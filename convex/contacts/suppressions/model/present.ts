import { v, type Infer } from "convex/values";
import type { Doc, Id } from "../../../_generated/dataModel";
import type { QueryCtx } from "../../../_generated/server";
import type { Actor } from "../../../audit/schema";
import { vChannel, vPurpose } from "../../../lib/closedSets";
import { getAddress } from "../../model";
import { isAddressChannel } from "../../schema";
import { isLegalReason } from "../reasons";
import { vImportState } from "../../../lib/imports";
import { vSuppressionReason } from "../schema";

/** A line of the suppression list. */
export const vSuppression = v.object({
  id: v.id("suppressions"),
  channel: vChannel,
  address: v.string(),
  purpose: v.optional(vPurpose),
  topic: v.optional(v.string()),
  reason: vSuppressionReason,
  /** Lifting it needs the permission and the address typed once more. */
  isLegal: v.boolean(),
  source: v.optional(v.string()),
  note: v.optional(v.string()),
  addedByName: v.union(v.string(), v.null()),
  at: v.number(),
  contact: v.union(v.object({ id: v.id("contacts"), name: v.string() }), v.null()),
});

/** One imported file. */
export const vImport = v.object({
  id: v.id("suppressionImports"),
  fileName: v.string(),
  state: vImportState,
  counts: v.object({ new: v.number(), known: v.number(), repeated: v.number(), rejected: v.number() }),
  createdByName: v.union(v.string(), v.null()),
  createdAt: v.number(),
});

/** A suppression with whose address it is and who added it. */
export async function presentSuppression(ctx: QueryCtx, row: Doc<"suppressions">): Promise<Infer<typeof vSuppression>> {
  const { _id, orgId, channel, address, purpose, topic, reason, source, note, addedBy, at } = row;
  const owner = isAddressChannel(channel) ? await getAddress(ctx, { orgId, channel, address }) : null;
  const contact = owner === null ? null : await ctx.db.get("contacts", owner.contactId);
  return {
    id: _id,
    channel,
    address,
    purpose,
    topic,
    reason,
    isLegal: isLegalReason(reason),
    source,
    note,
    addedByName: await actorName(ctx, addedBy),
    at,
    contact: contact === null ? null : { id: contact._id, name: contact.name },
  };
}

/** An import with who made it. */
export async function presentImport(
  ctx: QueryCtx,
  { _id, _creationTime, fileName, state, counts, createdBy }: Doc<"suppressionImports">,
): Promise<Infer<typeof vImport>> {
  const createdByName = await memberName(ctx, createdBy);
  return { id: _id, fileName, state, counts, createdByName, createdAt: _creationTime };
}

async function actorName(ctx: QueryCtx, actor: Actor | undefined): Promise<string | null> {
  return actor?.kind === "member" ? await memberName(ctx, actor.memberId) : null;
}

async function memberName(ctx: QueryCtx, memberId: Id<"members">): Promise<string | null> {
  return (await ctx.db.get("members", memberId))?.displayName ?? null;
}
