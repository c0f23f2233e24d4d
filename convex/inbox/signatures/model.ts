import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { record } from "../../audit/model";
import { BUSINESS_ENTITIES, type BusinessEntity } from "../../lib/closedSets";
import { appError } from "../../lib/errors";
import { can } from "../../lib/permissions";

/** A dozen lines; what is longer belongs on a website. */
const MAX_CHARS = 1_500;

type Owner = Id<"members"> | undefined;

/** What stands under a member's mails in a brand's name: their own words, then the brand's. Null: nothing. */
export async function signatureOf(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  { memberId, brand }: { memberId: Id<"members">; brand: BusinessEntity },
): Promise<string | null> {
  const parts = await Promise.all([textFor(ctx, orgId, memberId, brand), textFor(ctx, orgId, undefined, brand)]);
  const signature = parts.filter((text) => text !== null).join("\n\n");
  return signature === "" ? null : signature;
}

/** The brands' signatures and the caller's own. */
export async function listSignatures(ctx: QueryCtx, orgId: Id<"organisations">, memberId: Id<"members">) {
  const of = async (owner: Owner) =>
    await ctx.db
      .query("signatures")
      .withIndex("by_owner", (q) => q.eq("orgId", orgId).eq("memberId", owner))
      .take(BUSINESS_ENTITIES.length);
  const rows = [...(await of(undefined)), ...(await of(memberId))];
  return rows.map(({ businessEntity, text, memberId: owner }) => ({
    businessEntity,
    text,
    isOwn: owner !== undefined,
  }));
}

/**
 * Writes a signature: the caller's own, or a brand's; an empty one is removed. Throws `forbidden` for a brand's without
 * the right to manage the organisation, `invalid` for one that is too long.
 */
export async function setSignature(
  ctx: MutationCtx,
  { orgId, member }: { orgId: Id<"organisations">; member: Doc<"members"> },
  { businessEntity, isOwn, text }: { businessEntity: BusinessEntity; isOwn: boolean; text: string },
): Promise<void> {
  if (!isOwn && !can(member.role, "org.manage")) {
    throw appError("forbidden", `Your role (${member.role}) does not allow this.`);
  }
  const words = text.replace(/\r\n?/g, "\n").trim();
  if (words.length > MAX_CHARS)
    throw appError("invalid", `A signature may have ${MAX_CHARS} characters.`, { field: "text" });
  const memberId = isOwn ? member._id : undefined;
  const known = await rowOf(ctx, orgId, memberId, businessEntity);
  if (known === null && words !== "")
    await ctx.db.insert("signatures", { orgId, memberId, businessEntity, text: words });
  if (known !== null && words === "") await ctx.db.delete("signatures", known._id);
  if (known !== null && words !== "") await ctx.db.patch("signatures", known._id, { text: words });
  await record(ctx, {
    orgId,
    actor: { kind: "member", memberId: member._id },
    action: "signature.set",
    subject: isOwn ? { table: "members", id: member._id } : { table: "organisations", id: orgId },
    details: { businessEntity },
  });
}

async function textFor(ctx: QueryCtx, orgId: Id<"organisations">, owner: Owner, brand: BusinessEntity) {
  const row = (await rowOf(ctx, orgId, owner, brand)) ?? (await rowOf(ctx, orgId, owner, "all"));
  return row?.text ?? null;
}

async function rowOf(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  owner: Owner,
  businessEntity: BusinessEntity,
): Promise<Doc<"signatures"> | null> {
  return await ctx.db
    .query("signatures")
    .withIndex("by_owner", (q) => q.eq("orgId", orgId).eq("memberId", owner).eq("businessEntity", businessEntity))
    .unique();
}
