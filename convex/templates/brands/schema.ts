import { defineTable } from "convex/server";
import { v, type Infer } from "convex/values";
import { vBusinessEntity } from "../../lib/closedSets";

/** How mails in the name of a business entity look. */
export const brandFields = {
  name: v.string(),
  /** A picture of ours (templates/images). */
  logoId: v.optional(v.id("files")),
  /** "#1f6feb" */
  accentColor: v.optional(v.string()),
  tagline: v.optional(v.string()),
  websiteUrl: v.optional(v.string()),
  /** Lines of the legal footer. */
  imprint: v.array(v.string()),
};

/** A brand as mails are set with it: the logo by its address. */
export const vMailBrand = v.object({
  name: v.string(),
  logoUrl: v.optional(v.string()),
  accentColor: v.optional(v.string()),
  tagline: v.optional(v.string()),
  websiteUrl: v.optional(v.string()),
  imprint: v.array(v.string()),
});
export type MailBrand = Infer<typeof vMailBrand>;

export const brandTables = {
  // One row a business entity that looks different from the organisation. Written by admins; read by delivery.
  brands: defineTable({
    orgId: v.id("organisations"),
    businessEntity: vBusinessEntity,
    ...brandFields,
  }).index("by_org_entity", ["orgId", "businessEntity"]),
};
