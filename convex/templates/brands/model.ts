import type { WithoutSystemFields } from "convex/server";
import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { record } from "../../audit/model";
import { BUSINESS_ENTITIES, type BusinessEntity } from "../../lib/closedSets";
import { appError } from "../../lib/errors";
import { findImage, keepImages } from "../images/model";
import { withoutEmpty } from "./rules";
import type { MailBrand } from "./schema";

type Fields = Omit<WithoutSystemFields<Doc<"brands">>, "orgId" | "businessEntity">;

/** How mails of a business entity look: its own brand, else that of all; null: the organisation's. */
export async function mailBrandOf(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  businessEntity: BusinessEntity,
): Promise<MailBrand | null> {
  const brand = (await rowOf(ctx, orgId, businessEntity)) ?? (await rowOf(ctx, orgId, "all"));
  if (brand === null) return null;
  const { name, logoId, accentColor, tagline, websiteUrl, imprint } = brand;
  const logo = logoId === undefined ? null : await findImage(ctx, orgId, logoId);
  return { name, accentColor, tagline, websiteUrl, imprint, ...(logo === null ? {} : { logoUrl: logo.url }) };
}

/** The brands of an organisation, with where their logos lie. */
export async function listBrands(ctx: QueryCtx, orgId: Id<"organisations">) {
  const rows = await ctx.db
    .query("brands")
    .withIndex("by_org_entity", (q) => q.eq("orgId", orgId))
    .take(BUSINESS_ENTITIES.length);
  return await Promise.all(
    rows.map(async ({ _id, _creationTime, orgId: _, logoId, ...brand }) => ({
      ...brand,
      logoId,
      logoUrl: logoId === undefined ? undefined : (await findImage(ctx, orgId, logoId))?.url,
    })),
  );
}

/**
 * Says how mails of a business entity look; without a name and footer it looks like the organisation again. Throws
 * `invalid` with the field, `not_found` for a logo that is no picture of the organisation.
 */
export async function setBrand(
  ctx: MutationCtx,
  { orgId, member }: { orgId: Id<"organisations">; member: Doc<"members"> },
  businessEntity: BusinessEntity,
  fields: Fields,
): Promise<void> {
  const checked = withoutEmpty(fields);
  if (!checked.ok) throw appError("invalid", checked.problem, { field: checked.field });
  const { brand } = checked;
  if (brand?.logoId !== undefined && (await findImage(ctx, orgId, brand.logoId)) === null) {
    throw appError("not_found", "This picture does not exist.", { field: "logoId" });
  }
  const known = await rowOf(ctx, orgId, businessEntity);
  if (known !== null) await ctx.db.delete("brands", known._id);
  if (brand !== null) await ctx.db.insert("brands", { orgId, businessEntity, ...brand });
  if (brand?.logoId !== undefined) await keepImages(ctx, orgId, [brand.logoId]);
  await record(ctx, {
    orgId,
    actor: { kind: "member", memberId: member._id },
    action: "brand.set",
    subject: { table: "organisations", id: orgId },
    details: { businessEntity },
  });
}

async function rowOf(ctx: QueryCtx, orgId: Id<"organisations">, businessEntity: BusinessEntity) {
  return await ctx.db
    .query("brands")
    .withIndex("by_org_entity", (q) => q.eq("orgId", orgId).eq("businessEntity", businessEntity))
    .unique();
}
