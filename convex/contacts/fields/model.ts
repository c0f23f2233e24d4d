import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { record } from "../../audit/model";
import { appError } from "../../lib/errors";
import { type AttributeChange, type AttributeValues, changeValues, keyOf, MAX_ATTRIBUTES } from "./rules";
import type { Field, FieldSubject } from "./schema";

/** More than this are a database, not a contact. */
const MAX_FIELDS = 100;
const MAX_LABEL_CHARS = 60;
const MAX_OPTIONS = 100;

/** What the organisation keeps about its contacts or conversations, archived attributes included, by their names. */
export async function fieldsOfOrg(ctx: QueryCtx, orgId: Id<"organisations">, subject?: FieldSubject): Promise<Field[]> {
  const rows = await ctx.db
    .query("contactFields")
    .withIndex("by_org", (q) => q.eq("orgId", orgId).eq("subject", subject))
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
  { subject, ...asked }: Omit<Field, "key"> & { key?: string; subject?: FieldSubject },
): Promise<string> {
  const { orgId } = member;
  const field = { ...asked, key: asked.key ?? keyOf(asked.label), ...checked(asked) };
  if (field.key === "") throw appError("invalid", "A name has letters or digits.", { field: "label" });
  const known = await ctx.db
    .query("contactFields")
    .withIndex("by_org", (q) => q.eq("orgId", orgId).eq("subject", subject).eq("key", field.key))
    .unique();
  if (known === null && asked.key !== undefined) throw appError("not_found", "This attribute does not exist.");
  if (known !== null && known.kind !== field.kind) {
    throw appError("invalid", "What kind an attribute is cannot be changed.", { field: "kind" });
  }
  if (known !== null) await ctx.db.patch("contactFields", known._id, field);
  else if ((await fieldsOfOrg(ctx, orgId, subject)).length < MAX_FIELDS)
    await ctx.db.insert("contactFields", { orgId, subject, ...field });
  else throw appError("invalid", `There are at most ${MAX_FIELDS} attributes.`, { field: "label" });
  await record(ctx, {
    orgId,
    actor: { kind: "member", memberId: member._id },
    action: subject === "thread" ? "thread_field.saved" : "contact_field.saved",
    subject: { table: "contactFields", id: field.key },
    details: { label: field.label, isArchived: field.isArchived },
  });
  return field.key;
}

/**
 * Attributes with some of them changed; null and empty take one away. Values of defined ones must be of their kind, others
 * are kept as they are. Throws `invalid` with the field.
 */
export async function changedAttributes(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  { known, change, subject }: { known: AttributeValues; change: AttributeChange; subject?: FieldSubject },
): Promise<AttributeValues> {
  const read = changeValues(await fieldsOfOrg(ctx, orgId, subject), known, change);
  if (read.ok) return read.values;
  const { key, problem } = read;
  if (key !== null) {
    throw appError("invalid", `This is no value of "${key}" (${problem}).`, { field: `attributes.${key}` });
  }
  throw appError("invalid", `There are at most ${MAX_ATTRIBUTES} attributes.`, { field: "attributes" });
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
