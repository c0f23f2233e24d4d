import { v, type Infer } from "convex/values";
import type { Doc, Id } from "../../../_generated/dataModel";
import type { QueryCtx } from "../../../_generated/server";
import { livingAccount } from "../../accounts/model";
import { addressesOf, getAddress, requireContact, usableAddress } from "../../model";
import { ADDRESS_CHANNELS } from "../../schema";
import { mergeFieldNames, valueOf } from "../rules";
import { vMatch, type MergeFields } from "../schema";
import { fieldsOf } from "./fields";

/** Suggestions shown for one contact. */
const MAX_SUGGESTIONS = 5;

export const vPreview = v.object({
  /** Everything either has; in `merge` a name from here takes the merged contact's value. */
  fields: v.array(
    v.object({ field: v.string(), kept: v.union(v.string(), v.null()), merged: v.union(v.string(), v.null()) }),
  ),
});

export const vSuggestion = v.object({
  contactId: v.id("contacts"),
  name: v.string(),
  addresses: v.array(v.string()),
  match: vMatch,
});
type Suggestion = Infer<typeof vSuggestion>;

/** What the two have, side by side. */
export async function previewMerge(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  { keptId, mergedId }: { keptId: Id<"contacts">; mergedId: Id<"contacts"> },
): Promise<Infer<typeof vPreview>> {
  const [kept, merged] = await Promise.all([shown(ctx, orgId, keptId), shown(ctx, orgId, mergedId)]);
  const names = [...mergeFieldNames(kept.fields, merged.fields), ...ADDRESS_CHANNELS];
  const rows = names.map((field) => ({ field, kept: kept.text(field), merged: merged.text(field) }));
  return { fields: rows.filter((row) => row.kept !== null || row.merged !== null) };
}

/**
 * Contacts that are the same person by an exact match: the same number on another channel, or the same name to the
 * letter. Whatever is merely similar is nobody's business to guess.
 */
export async function suggestionsFor(ctx: QueryCtx, contact: Doc<"contacts">): Promise<Suggestion[]> {
  const { orgId, _id, name } = contact;
  const addresses = await addressesOf(ctx, _id);
  const found = new Map<Id<"contacts">, Suggestion["match"]>();
  for (const { channel, address } of addresses.filter((row) => row.channel !== "email")) {
    const other = channel === "sms" ? "whatsapp" : "sms";
    const row = await getAddress(ctx, { orgId, channel: other, address });
    if (row !== null) found.set(row.contactId, "number");
  }
  if (name !== "" && !addresses.some(({ address }) => address === name)) {
    const namesakes = await ctx.db
      .query("contacts")
      .withIndex("by_org", (q) => q.eq("orgId", orgId).eq("staffEmail", undefined).eq("name", name))
      .take(MAX_SUGGESTIONS + 1);
    for (const each of namesakes) if (!found.has(each._id)) found.set(each._id, "name");
  }
  found.delete(_id);
  const known = await Promise.all(
    [...found].map(async ([contactId, match]) => ({ other: await requireContact(ctx, orgId, contactId), match })),
  );
  const whole = known.filter(({ other }) => other.erasedAt === undefined && other.mergedInto === undefined);
  return await Promise.all(
    whole.slice(0, MAX_SUGGESTIONS).map(async ({ other, match }) => {
      const rows = await addressesOf(ctx, other._id);
      return { contactId: other._id, name: other.name, addresses: rows.map(({ address }) => address), match };
    }),
  );
}

async function shown(ctx: QueryCtx, orgId: Id<"organisations">, contactId: Id<"contacts">) {
  const fields = fieldsOf(await requireContact(ctx, orgId, contactId));
  const addresses = await addressesOf(ctx, contactId);
  const account = await livingAccount(ctx, fields.accountId);
  const text = (field: string): string | null => {
    const channel = ADDRESS_CHANNELS.find((each) => each === field);
    if (channel !== undefined) return usableAddress(addresses, channel)?.address ?? null;
    if (field === "accountId") return account?.name ?? null;
    return asText(fields, field);
  };
  return { fields, text };
}

function asText(fields: MergeFields, field: string): string | null {
  const value = valueOf(fields, field);
  if (value === undefined) return null;
  return typeof value === "object" ? `${value.start}–${value.end}` : String(value);
}
