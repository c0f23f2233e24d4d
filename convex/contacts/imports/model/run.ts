import { internal } from "../../../_generated/api";
import type { Doc, Id } from "../../../_generated/dataModel";
import type { MutationCtx } from "../../../_generated/server";
import { emit } from "../../../events/model";
import type { PersonPage } from "../../../lib/dataSubjects";
import { addAddress, addressesOf, getAddress } from "../../model";
import { searchable } from "../../names";
import { notesOf } from "../../notes/model";
import { hasOtherOrders, takeOrderBack, writeOrder } from "../../orders/model";
import { readOrders, said, type ReadOrder } from "../../orders/rules";
import type { OrderChange } from "../../orders/schema";
import {
  addressesOfRow,
  filledFrom,
  readContactRow,
  sameFields,
  takenBack,
  type LineProblem,
  type ReadContact,
} from "../rowRules";
import type { FilledFields } from "../schema";
import { countOrders, withinOrders } from "../batches";
import { USES } from "../usage";
import { fieldsOf, newAddresses, orderOfAnother, ownerOf } from "./plan";
import { deleteContact, insertContact, patchContact } from "../../model/rows";

/** Lines one transaction applies or takes back: each costs up to twenty reads, six writes and an event, without its orders. */
const BATCH = 50;
/** Pages without rows that are read of one domain before its knowing nothing is doubted. */
const MAX_EMPTY_PAGES = 5;
/** The JSON of a page that knows nothing. */
const NO_ROWS = "[]";

type Row = Doc<"contactImportRows">;

/** One batch of waiting lines is written. Schedules the next until none waits. */
export async function applyBatch(ctx: MutationCtx, importId: Id<"contactImports">): Promise<void> {
  const found = await ctx.db.get("contactImports", importId);
  if (found?.state !== "applying") return;
  const rows = await ctx.db
    .query("contactImportRows")
    .withIndex("by_pending", (q) => q.eq("importId", importId).eq("isPending", true))
    .take(BATCH);
  const result = { ...found.result };
  const batch = withinOrders(rows, ({ written }) => countOrders(written));
  for (const row of batch) result[await applyRow(ctx, row)] += 1;
  const isDone = rows.length < BATCH && batch.length === rows.length;
  await ctx.db.patch("contactImports", importId, { result, state: isDone ? "applied" : "applying" });
  if (!isDone) await ctx.scheduler.runAfter(0, internal.contacts.imports.jobs.applyBatch, { importId });
}

/** One batch of what an import wrote is taken back, the last lines first. Schedules the next until all is. */
export async function undoBatch(ctx: MutationCtx, importId: Id<"contactImports">): Promise<void> {
  const found = await ctx.db.get("contactImports", importId);
  if (found?.state !== "undoing") return;
  const rows: Row[] = [];
  for (const outcome of ["updated", "created"] as const) {
    const some = await ctx.db
      .query("contactImportRows")
      .withIndex("by_outcome", (q) => q.eq("importId", importId).eq("outcome", outcome))
      .order("desc")
      .take(BATCH - rows.length);
    rows.push(...some);
    if (rows.length === BATCH) break;
  }
  const result = { ...found.result };
  const batch = withinOrders(rows, (row) => changesOf(row).length);
  for (const row of batch) {
    const outcome = await undoRow(ctx, row);
    await ctx.db.patch("contactImportRows", row._id, { outcome });
    result[outcome] += 1;
  }
  const isDone = rows.length < BATCH && batch.length === rows.length;
  await ctx.db.patch("contactImports", importId, { result, state: isDone ? "undone" : "undoing" });
  if (!isDone) await ctx.scheduler.runAfter(0, internal.contacts.imports.jobs.undoBatch, { importId });
}

async function applyRow(ctx: MutationCtx, row: Row): Promise<"created" | "updated" | "skipped" | "failed"> {
  const { read, orders } = readAgain(row);
  const owner = await ownerOf(ctx, row.orgId, read);
  if (owner === "two_people") return await failRow(ctx, row, owner);
  const foreign = await orderOfAnother(ctx, row.orgId, orders, owner);
  if (foreign !== null) return await failRow(ctx, row, "order_of_another", said(foreign.number));
  const contactId = owner?._id ?? (await createContact(ctx, row.orgId, read));
  const addedAddressIds = await addNew(ctx, contactId, row, read);
  const all = (await addressesOf(ctx, contactId)).map(({ address }) => address);
  const before = owner === null ? undefined : fieldsOf(owner);
  const after = before === undefined ? createdFields(read) : filledFrom(before, read, all);
  const ordered = await writeOrders(ctx, { _id: contactId, orgId: row.orgId }, orders);
  const isFilled = before === undefined || addedAddressIds.length > 0 || !sameFields(before, after);
  const isChanged = isFilled || ordered.length > 0;
  const outcome = before === undefined ? "created" : isChanged ? "updated" : "skipped";
  if (isFilled) await writeFields(ctx, contactId, after, all);
  const changes = { before, after, addedAddressIds, orders: ordered.length === 0 ? undefined : ordered };
  const done = { isPending: false, outcome, contactId, ...changes } as const;
  await ctx.db.patch("contactImportRows", row._id, done);
  return outcome;
}

async function writeOrders(
  ctx: MutationCtx,
  contact: Pick<Doc<"contacts">, "_id" | "orgId">,
  orders: readonly ReadOrder[],
): Promise<OrderChange[]> {
  const changes: OrderChange[] = [];
  for (const order of orders) {
    const change = await writeOrder(ctx, contact, order);
    if (change !== null) changes.push(change);
  }
  return changes;
}

async function failRow(ctx: MutationCtx, row: Row, problem: LineProblem, about?: string): Promise<"failed"> {
  await ctx.db.patch("contactImportRows", row._id, { isPending: false, outcome: "failed", problem, about });
  return "failed";
}

// The addresses are normalised already: they read the same without a country.
function readAgain({ written, email, phone, whatsapp, line }: Row): { read: ReadContact; orders: ReadOrder[] } {
  const read = readContactRow({ ...written, email, phone, whatsapp }, undefined);
  if (!read.ok) throw new Error(`Line ${line} cannot be read any more: ${read.problem}.`);
  const ordered = readOrders(written);
  if (!ordered.ok) throw new Error(`Line ${line} cannot be read any more: ${ordered.problem}.`);
  return { read: read.row, orders: ordered.orders };
}

/** What a line did to orders, in its order. */
function changesOf({ order, orders }: Row): OrderChange[] {
  return orders ?? (order === undefined ? [] : [order]);
}

// False when somebody changed one of them since: that one stays.
async function takeOrdersBack(ctx: MutationCtx, changes: readonly OrderChange[]): Promise<boolean> {
  let isAll = true;
  for (const change of changes) {
    if (!(await takeOrderBack(ctx, change))) isAll = false;
  }
  return isAll;
}

async function undoRow(ctx: MutationCtx, row: Row): Promise<"undone" | "kept"> {
  const { contactId, before, after, addedAddressIds = [] } = row;
  const orders = changesOf(row);
  const contact = contactId === undefined ? null : await ctx.db.get("contacts", contactId);
  if (contact === null || after === undefined || contact.erasedAt !== undefined) return "undone";
  // What it had is with the contact it became part of: undoing the merge comes first.
  if (contact.mergedInto !== undefined) return "kept";
  if (before === undefined) return await removeCreated(ctx, contact, { after, addedAddressIds, orders });
  let isKept = !(await takeOrdersBack(ctx, orders));
  for (const id of addedAddressIds) {
    const address = await ctx.db.get("contactAddresses", id);
    if (address === null) continue;
    // Somebody wrote from it: without the address their messages would find nobody.
    if (address.lastInboundAt === undefined) await ctx.db.delete("contactAddresses", id);
    else isKept = true;
  }
  const left = (await addressesOf(ctx, contact._id)).map(({ address }) => address);
  await writeFields(ctx, contact._id, takenBack(fieldsOf(contact), before, after), left);
  return isKept ? "kept" : "undone";
}

async function removeCreated(
  ctx: MutationCtx,
  contact: Doc<"contacts">,
  made: { after: FilledFields; addedAddressIds: readonly Id<"contactAddresses">[]; orders: readonly OrderChange[] },
): Promise<"undone" | "kept"> {
  const { after, addedAddressIds, orders } = made;
  const addresses = await addressesOf(ctx, contact._id);
  const { mergedIds, tags, accountId } = contact;
  const isUnknown = mergedIds === undefined && tags === undefined && accountId === undefined;
  const isAsImported =
    isUnknown && sameFields(fieldsOf(contact), after) && addresses.every(({ _id }) => addedAddressIds.includes(_id));
  const consent = await ctx.db
    .query("consents")
    .withIndex("by_contact", (q) => q.eq("contactId", contact._id))
    .first();
  const isNoted = (await notesOf(ctx, contact._id)).length > 0 || (await hasOtherOrders(ctx, contact._id, orders));
  if (!isAsImported || consent !== null || isNoted || (await isUsed(ctx, contact))) return "kept";
  await takeOrdersBack(ctx, orders);
  for (const { _id } of addresses) await ctx.db.delete("contactAddresses", _id);
  await deleteContact(ctx, contact._id);
  return "undone";
}

// A part may go through several tables, with an empty page between them. What takes longer than this counts as use.
async function isUsed(ctx: MutationCtx, { orgId, _id: contactId }: Doc<"contacts">): Promise<boolean> {
  for (const ref of USES) {
    let cursor: string | null = null;
    for (let pages = 0; pages < MAX_EMPTY_PAGES; pages++) {
      const page: PersonPage = await ctx.runQuery(ref, { orgId, contactId, cursor });
      if (page.rows !== NO_ROWS) return true;
      cursor = page.cursor;
      if (cursor === null) break;
    }
    if (cursor !== null) return true;
  }
  return false;
}

async function createContact(ctx: MutationCtx, orgId: Id<"organisations">, read: ReadContact) {
  const contactId = await insertContact(ctx, { orgId, ...createdFields(read), searchText: "" });
  await emit(ctx, { orgId, kind: "contact.created", subject: { contactId } });
  return contactId;
}

async function addNew(ctx: MutationCtx, contactId: Id<"contacts">, row: Row, read: ReadContact) {
  const ids: Id<"contactAddresses">[] = [];
  for (const each of await newAddresses(ctx, row.orgId, read)) {
    await addAddress(ctx, { orgId: row.orgId, contactId, ...each });
    const added = await getAddress(ctx, { orgId: row.orgId, ...each });
    if (added !== null) ids.push(added._id);
  }
  return ids;
}

async function writeFields(
  ctx: MutationCtx,
  contactId: Id<"contacts">,
  fields: FilledFields,
  addresses: readonly string[],
): Promise<void> {
  const { name, firstName, lastName, locale, timezone, attributes } = fields;
  const searchText = searchable([name, ...addresses].join(" "));
  await patchContact(ctx, contactId, { name, firstName, lastName, locale, timezone, attributes, searchText });
}

function createdFields(read: ReadContact): FilledFields {
  const { firstName, lastName, locale, timezone, attributes } = read;
  const name = read.name === "" ? (addressesOfRow(read)[0]?.address ?? "") : read.name;
  return { name, firstName, lastName, locale, timezone, attributes };
}
