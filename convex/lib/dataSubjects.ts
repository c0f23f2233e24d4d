import { v, type Infer } from "convex/values";

// What every domain that knows people offers for their rights (GDPR Art. 15, 17, 20): an export and an erasure, a page
// at a time. privacy/parts.ts is the table of them.

/** Arguments of both: whose data, and where the last page ended (null: at the beginning). */
export const personPageArgs = {
  orgId: v.id("organisations"),
  contactId: v.id("contacts"),
  cursor: v.union(v.string(), v.null()),
};

export const vPersonFile = v.object({
  storageId: v.id("_storage"),
  name: v.string(),
  contentType: v.string(),
  sizeBytes: v.number(),
});

/** A page of what is known. `rows` is a JSON array; `cursor` is null with the last page. */
export const vPersonPage = v.object({
  rows: v.string(),
  files: v.array(vPersonFile),
  cursor: v.union(v.string(), v.null()),
});
export type PersonPage = Infer<typeof vPersonPage>;

/** A page of what was erased: how many rows were changed or removed. Running it again changes nothing more. */
export const vErasedPage = v.object({ count: v.number(), cursor: v.union(v.string(), v.null()) });
export type ErasedPage = Infer<typeof vErasedPage>;

/** Rows as JSON, without what only the system needs. */
export function personRows(rows: readonly Record<string, unknown>[]): string {
  return JSON.stringify(rows.map(({ orgId: _org, searchText: _search, ...row }) => row));
}

/** A text without the words that name a person (addresses, name), longest first. */
export function withoutTraces(text: string, traces: readonly string[]): string {
  return traces
    .filter((trace) => trace.length > 2)
    .toSorted((a, b) => b.length - a.length)
    .reduce((rest, trace) => rest.replaceAll(trace, "[…]"), text);
}
