import type { Doc, Id } from "../../../_generated/dataModel";
import type { QueryCtx } from "../../../_generated/server";
import { addressesOf, findByAddress, getAddress } from "../../model";
import { addressesOfRow, filledFrom, sameFields, type ContactProblem, type ReadContact } from "../rowRules";
import type { ContactVerdict, FilledFields } from "../schema";

/** What a line would do now; a line is `repeated` when an earlier one of the file has one of its addresses. */
export async function planOf(
  ctx: QueryCtx,
  found: Doc<"contactImports">,
  row: ReadContact,
): Promise<{ verdict: ContactVerdict; problem?: ContactProblem }> {
  if (await isInFile(ctx, found._id, row)) return { verdict: "repeated" };
  const owner = await ownerOf(ctx, found.orgId, row);
  if (owner === "two_people") return { verdict: "rejected", problem: "two_people" };
  if (owner === null) return { verdict: "create" };
  const known = (await addressesOf(ctx, owner._id)).map(({ address }) => address);
  const isSame = sameFields(fieldsOf(owner), filledFrom(fieldsOf(owner), row, known));
  const isNothingNew = isSame && (await newAddresses(ctx, found.orgId, row)).length === 0;
  return { verdict: isNothingNew ? "unchanged" : "update" };
}

/** The contact the line's addresses belong to; null when nobody has them. */
export async function ownerOf(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  row: ReadContact,
): Promise<Doc<"contacts"> | "two_people" | null> {
  let owner: Doc<"contacts"> | null = null;
  for (const each of addressesOfRow(row)) {
    const found = await findByAddress(ctx, { orgId, ...each });
    if (found !== null && owner !== null && found._id !== owner._id) return "two_people";
    owner = found ?? owner;
  }
  return owner;
}

/** Those addresses of the line that no contact has on their channel yet. */
export async function newAddresses(ctx: QueryCtx, orgId: Id<"organisations">, row: ReadContact) {
  const all = addressesOfRow(row);
  const rows = await Promise.all(all.map(async (each) => await getAddress(ctx, { orgId, ...each })));
  return all.filter((_, at) => rows[at] === null);
}

/** What of a contact an import may fill. */
export function fieldsOf(contact: Doc<"contacts">): FilledFields {
  const { name, firstName, lastName, locale, timezone, attributes } = contact;
  return { name, firstName, lastName, locale, timezone, attributes };
}

async function isInFile(ctx: QueryCtx, importId: Id<"contactImports">, row: ReadContact): Promise<boolean> {
  if (row.email !== undefined) {
    const found = await ctx.db
      .query("contactImportRows")
      .withIndex("by_email", (q) => q.eq("importId", importId).eq("email", row.email))
      .first();
    if (found !== null) return true;
  }
  // The same number is the same person on SMS and WhatsApp.
  for (const number of [row.phone, row.whatsapp]) {
    if (number === undefined) continue;
    const asPhone = await ctx.db
      .query("contactImportRows")
      .withIndex("by_phone", (q) => q.eq("importId", importId).eq("phone", number))
      .first();
    const asWhatsApp = await ctx.db
      .query("contactImportRows")
      .withIndex("by_whatsapp", (q) => q.eq("importId", importId).eq("whatsapp", number))
      .first();
    if (asPhone !== null || asWhatsApp !== null) return true;
  }
  return false;
}
