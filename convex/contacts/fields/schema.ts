import { literals } from "convex-helpers/validators";
import { defineTable } from "convex/server";
import { v, type Infer } from "convex/values";
import { FIELD_KINDS } from "./kinds";

const vFieldKind = literals(...FIELD_KINDS);

export const vField = v.object({
  /** Under which it stands in `attributes` of contacts or threads; never changes. */
  key: v.string(),
  label: v.string(),
  kind: vFieldKind,
  /** With `choice`: what can be chosen. */
  options: v.array(v.string()),
  /** Not offered any more; values that are there stay. */
  isArchived: v.boolean(),
});
export type Field = Infer<typeof vField>;

/** What a field is of; absent: of contacts. */
export const vFieldSubject = v.optional(v.literal("thread"));
export type FieldSubject = Infer<typeof vFieldSubject>;

export const fieldTables = {
  // What an organisation keeps about its contacts beyond name and addresses, and about its conversations. Attributes
  // without a definition (from an import, a booking) are texts. Written in the settings; read by the panels of both.
  contactFields: defineTable({ orgId: v.id("organisations"), subject: vFieldSubject, ...vField.fields }).index(
    "by_org",
    ["orgId", "subject", "key"],
  ),
};
