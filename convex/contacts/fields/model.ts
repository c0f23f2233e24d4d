import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { record } from "../../audit/model";
import { appError } from "../../lib/errors";
import { keyOf } from "./rules";
import type { Field } from "./schema";

/** More than this are a database, not a contact. */
const MAX_FIELDS = 100;
const MAX_LABEL_CHARS = 60;
const MAX_OPTIONS = 100;

/** What the organisation keeps about its contacts, archived attributes included, by their names. */
export async function fieldsOfOrg(ctx: QueryCtx, orgId: Id<"organisations">): Promise<Field[]> {
  const rows = await ctx.db
    .query("contactFields")
    .withIndex("by_org", (q) => q.eq("orgId", orgId))
    .take(MAX_FIELDS);
  return rows
    .map(({ key, label, kind, options, isArchived }) => ({ key, label, kind, options, isArchived }))
    .sort((a, b) => a.label.localeCompare(b.label));
}

/**
 * Makes an attribute, or changes the one of `key`. A new one gets its key from its name; the same name again changes the
 * first. What kind it is stays once it is made: values of it are there. Throws `invalid` with the field.
 */
export async function saveField(
  ctx: MutationCtx,
  member: Doc<"members">,
  asked: Omit<Field, "key"> & { key?: string },
): Promise<string> {
  const { orgId } = member;
  const field = { ...asked, key: asked.key ?? keyOf(asked.label), ...checked(asked) };
  if (field.key === "") throw appError("invalid", "A name has letters or digits.", { field: "label" });
  const known = await ctx.db
    .query("contactFields")
    .withIndex("by_org", (q) => q.eq("orgId", orgId).eq("key", field.key))
    .unique();
  if (known === null && asked.key !== undefined) throw appError("not_found", "This attribute does not exist.");
  if (known !== null && known.kind !== field.kind) {
    throw appError("invalid", "What kind an attribute is cannot be changed.", { field: "kind" });
  }
  if (known !== null) await ctx.db.patch("contactFields", known._id, field);
  else if ((await fieldsOfOrg(ctx, orgId)).length < MAX_FIELDS)
    await ctx.db.insert("contactFields", { orgId, ...field });
  else throw appError("invalid", `There are at most ${MAX_FIELDS} attributes.`, { field: "label" });
  await record(ctx, {
    orgId,
    actor: { kind: "member", memberId: member._id },
    action: "contact_field.saved",
    subject: { table: "contactFields", id: field.key },
    details: { label: field.label, isArchived: field.isArchived },
  });
  return field.key;
}

function checked({ label, kind, options }: Pick<Field, "label" | "kind" | "options">) {
  const name = label.replace(/\s+/g, " ").trim();
  if (name === "" || name.length > MAX_LABEL_CHARS) {
    throw appError("invalid", `A name has 1 to ${MAX_LABEL_CHARS} characters.`, { field: "label" });
  }
  const known = [...new Set(options.map((option) => option.trim()).filter((option) => option !== ""))];
  if (kind === "choice" && (known.length === 0 || known.length > MAX_OPTIONS)) {
    throw appError("invalid", `Give 1 to ${MAX_OPTIONS} options.`, { field: "options" });
  }
  return { label: name, options: kind === "choice" ? known : [] };
}
