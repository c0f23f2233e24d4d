import { reverted } from "../revert";
import type { MergeFields } from "./schema";

// Which of two values a merged contact has (product.md: merge with preview). Pure: the preview and the merge ask the same.

/** Fields that stand for themselves; the parts of a name go with the name, attributes are asked key by key. */
const SINGLE_FIELDS = ["locale", "timezone", "preferredChannel", "preferredHours", "accountId"] as const;

/** What the preview calls an attribute. */
const ATTRIBUTE = "attribute:";

/** Names of everything the two can differ in: "name", "locale", "attribute:city" … in a stable order. */
export function mergeFieldNames(kept: MergeFields, merged: MergeFields): string[] {
  const keys = new Set([...Object.keys(kept.attributes), ...Object.keys(merged.attributes)]);
  return ["name", ...SINGLE_FIELDS, ...[...keys].sort().map((key) => `${ATTRIBUTE}${key}`)];
}

/** The value of one such field; undefined where there is none. */
export function valueOf(fields: MergeFields, field: string) {
  if (field.startsWith(ATTRIBUTE)) return fields.attributes[field.slice(ATTRIBUTE.length)];
  if (field === "name") return fields.name === "" ? undefined : fields.name;
  return fields[SINGLE_FIELDS.find((each) => each === field) ?? "locale"];
}

/**
 * The fields of both together: the kept contact's, its blanks filled from the other, and the other's for everything named
 * in `taken`. A contact that is called by one of its `addresses` has no name yet.
 */
export function mergedFields(
  kept: MergeFields,
  merged: MergeFields,
  taken: readonly string[],
  addresses: readonly string[],
): MergeFields {
  const takes = (field: string) => taken.includes(field) && valueOf(merged, field) !== undefined;
  const isNameless = kept.name === "" || addresses.includes(kept.name);
  const named = takes("name") || (isNameless && merged.name !== "") ? merged : kept;
  const attributes = { ...merged.attributes, ...kept.attributes };
  for (const [key, value] of Object.entries(merged.attributes)) {
    if (takes(`${ATTRIBUTE}${key}`)) attributes[key] = value;
  }
  const pick = <K extends (typeof SINGLE_FIELDS)[number]>(field: K) =>
    takes(field) ? merged[field] : (kept[field] ?? merged[field]);
  return {
    name: named.name,
    firstName: named.firstName,
    lastName: named.lastName,
    locale: pick("locale"),
    timezone: pick("timezone"),
    preferredChannel: pick("preferredChannel"),
    preferredHours: pick("preferredHours"),
    accountId: pick("accountId"),
    tags: together(kept.tags, merged.tags),
    attributes,
  };
}

function together(kept: MergeFields["tags"], merged: MergeFields["tags"]): MergeFields["tags"] {
  return kept === undefined || merged === undefined ? (kept ?? merged) : [...new Set([...kept, ...merged])];
}

/** What an undo leaves: each field that is as the merge left it gets its earlier value, what changed since stays. */
export function unmergedFields(current: MergeFields, before: MergeFields, after: MergeFields): MergeFields {
  return reverted(current, before, after, ["name", "firstName", "lastName", ...SINGLE_FIELDS, "tags"]);
}
