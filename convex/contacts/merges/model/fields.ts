import type { Doc } from "../../../_generated/dataModel";
import { searchable } from "../../names";
import type { MergeFields } from "../schema";

/** The fields of a contact that a merge decides about. */
export function fieldsOf(contact: Doc<"contacts">): MergeFields {
  const { name, firstName, lastName, locale, timezone } = contact;
  const { preferredChannel, preferredHours, accountId, tags, attributes } = contact;
  const fields = { name, firstName, lastName, locale, timezone, preferredChannel, preferredHours, accountId };
  return { ...fields, tags, attributes };
}

/** What the search finds a contact by. */
export function searchTextOf(name: string, addresses: readonly string[]): string {
  return searchable([name, ...addresses].join(" "));
}
