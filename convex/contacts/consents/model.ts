import { mergedStream, stream } from "convex-helpers/server/stream";
import {
  defineSchema,
  type DataModelFromSchemaDefinition,
  type GenericDatabaseReader,
  type PaginationOptions,
} from "convex/server";
import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import type { Actor } from "../../audit/schema";
import { emit } from "../../events/model";
import type { Channel, Purpose } from "../../lib/closedSets";
import { combinedStatement, type ConsentStatement } from "../consentRules";
import { goesOnAs, requireContact } from "../model";
import { consentTables, type ConsentState, type LegalBasis, type Proof } from "./schema";

/** Entries of one history that are looked at to find what was known at an earlier instant. */
const HISTORY_WINDOW = 200;

/** Wishes are about all advertising; in the ledger they stand under this purpose. */
export const WISHES_UNDER: Purpose = "marketing";

/** A statement, a request or a wish, as it goes into the ledger. */
export type ConsentEntry = {
  orgId: Id<"organisations">;
  contactId: Id<"contacts">;
  channel: Channel;
  purpose: Purpose;
  /** Key of a topic; absent: everything of the purpose. */
  topic?: string;
  state: ConsentState;
  basis?: LegalBasis;
  wordingVersion: string;
  wordingId?: Id<"consentWordings">;
  wordingText?: string;
  source: string;
  actor?: Actor;
  proof?: Proof;
  reason?: string;
  until?: number;
  everyDays?: number;
  /** When the person said so, UTC ms; now when absent. */
  at?: number;
};

/** Which of a person's histories an entry or a question belongs to. */
export type ConsentKey = Pick<ConsentEntry, "contactId" | "channel" | "purpose" | "topic"> & {
  /** Contacts that became part of this one (`contacts.mergedIds`): what they said counts as its own. */
  mergedIds?: readonly Id<"contacts">[];
};

const ledgerSchema = defineSchema(consentTables);

type Aspect = Doc<"consents">["aspect"];

const ASPECT_OF: Record<ConsentState, Aspect> = {
  granted: undefined,
  withdrawn: undefined,
  denied: undefined,
  pending: "request",
  paused: "pause",
  resumed: "pause",
  limited: "frequency",
  unlimited: "frequency",
};

/**
 * Appends an entry to the consent ledger; nothing is ever changed in it. For a contact that became part of another one (an
 * old link) the other says so. Throws `not_found` for foreign contacts.
 */
export async function recordConsent(ctx: MutationCtx, entry: ConsentEntry): Promise<Id<"consents">> {
  const { orgId, channel, purpose, state, topic, source } = entry;
  const { _id: contactId } = await goesOnAs(ctx, await requireContact(ctx, orgId, entry.contactId));
  const row = { ...entry, contactId, aspect: ASPECT_OF[state], at: entry.at ?? Date.now() };
  const consentId = await ctx.db.insert("consents", row);
  const payload = { channel, purpose, state, topic: topic ?? null, source };
  await emit(ctx, { orgId, kind: "consent.changed", subject: { contactId }, payload });
  return consentId;
}

/**
 * What the ledger says last about writing to a contact on `channel` for `purpose` (design rule 7). The newest statement
 * by `at` counts; of two at the same instant the one recorded later. With a topic, what was said about it and about its
 * purpose together (`combinedStatement`).
 */
export async function consentOf(
  ctx: QueryCtx,
  contactId: Id<"contacts">,
  channel: Channel,
  purpose: Purpose,
  topic?: string,
): Promise<"granted" | "withdrawn" | "unknown"> {
  const mergedIds = (await ctx.db.get("contacts", contactId))?.mergedIds;
  const statement = await statementOf(ctx, { contactId, mergedIds, channel, purpose, topic });
  if (statement === null) return "unknown";
  return statement.state === "granted" ? "granted" : "withdrawn";
}

/** The deciding statement about a topic and its purpose, as known now or, with `asOf` (UTC ms), at that instant. */
export async function statementOf(ctx: QueryCtx, key: ConsentKey, asOf?: number): Promise<ConsentStatement | null> {
  // Most people never said anything about most things: one look instead of two for every message that is sent.
  if (key.topic !== undefined && !(await saidAnything(ctx, key))) return null;
  const aboutPurpose = await newestStatement(ctx, { ...key, topic: undefined }, asOf);
  if (key.topic === undefined) return aboutPurpose;
  return combinedStatement(await newestStatement(ctx, key, asOf), aboutPurpose);
}

async function saidAnything(ctx: QueryCtx, key: ConsentKey): Promise<boolean> {
  const { channel, purpose } = key;
  for (const contactId of idsOf(key)) {
    const any = await ctx.db
      .query("consents")
      .withIndex("by_statement", (q) => q.eq("contactId", contactId).eq("channel", channel).eq("purpose", purpose))
      .first();
    if (any !== null) return true;
  }
  return false;
}

function idsOf({ contactId, mergedIds = [] }: Pick<ConsentKey, "contactId" | "mergedIds">): Id<"contacts">[] {
  return [contactId, ...mergedIds];
}

/** Until when the person wants to be left alone (UTC ms) and how seldom they want to hear from the organisation. */
export async function wishesOf(
  ctx: QueryCtx,
  { contactId, mergedIds, channel }: Pick<ConsentKey, "contactId" | "mergedIds" | "channel">,
  asOf?: number,
): Promise<{ pausedUntil: number | null; everyDays: number | null }> {
  const key = { contactId, mergedIds, channel, purpose: WISHES_UNDER, topic: undefined };
  const pause = await newestEntry(ctx, key, "pause", asOf);
  const frequency = await newestEntry(ctx, key, "frequency", asOf);
  return {
    pausedUntil: pause?.state === "paused" ? (pause.until ?? null) : null,
    everyDays: frequency?.state === "limited" ? (frequency.everyDays ?? null) : null,
  };
}

/** The newest deciding entry about exactly this purpose or topic, with its wording; null when there is none. */
export async function newestStatementOf(ctx: QueryCtx, key: ConsentKey): Promise<Doc<"consents"> | null> {
  return await newestEntry(ctx, key, undefined);
}

/** The deciding statement before an instant (UTC ms): what an opt-in restores. Null when there is none. */
export async function statementBefore(ctx: QueryCtx, key: ConsentKey, at: number): Promise<ConsentStatement | null> {
  const rows = await Promise.all(
    idsOf(key).map((id) => historyOf(ctx, { ...key, contactId: id }, undefined, at).first()),
  );
  const row = newestOf(rows);
  return row === null ? null : asStatement(row);
}

/** The ledger of a contact and of those who became part of it, newest entry first, a page at a time. */
export async function listConsents(ctx: QueryCtx, contact: Doc<"contacts">, paginationOpts: PaginationOptions) {
  const { _id, mergedIds = [] } = contact;
  if (mergedIds.length === 0) {
    const ledger = ctx.db.query("consents").withIndex("by_contact", (q) => q.eq("contactId", _id));
    return await ledger.order("desc").paginate(paginationOpts);
  }
  // Streams want the schema they read in; the ledger's own is the part of it that lies in this rank.
  const db = ctx.db as unknown as GenericDatabaseReader<DataModelFromSchemaDefinition<typeof ledgerSchema>>;
  const ledgers = [_id, ...mergedIds].map((contactId) =>
    stream(db, ledgerSchema)
      .query("consents")
      .withIndex("by_contact", (q) => q.eq("contactId", contactId))
      .order("desc"),
  );
  return await mergedStream(ledgers, ["at"]).paginate(paginationOpts);
}

/** An entry of the ledger, if `orgId` owns it; null otherwise. */
export async function getConsent(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  consentId: Id<"consents">,
): Promise<Doc<"consents"> | null> {
  const row = await ctx.db.get("consents", consentId);
  return row?.orgId === orgId ? row : null;
}

async function newestStatement(ctx: QueryCtx, key: ConsentKey, asOf?: number): Promise<ConsentStatement | null> {
  const row = await newestEntry(ctx, key, undefined, asOf);
  return row === null ? null : asStatement(row);
}

// What was recorded later was not known then, whenever it was said.
async function newestEntry(ctx: QueryCtx, key: ConsentKey, aspect: Aspect, asOf?: number) {
  const found: (Doc<"consents"> | null)[] = [];
  for (const contactId of idsOf(key)) {
    const history = historyOf(ctx, { ...key, contactId }, aspect);
    if (asOf === undefined) found.push(await history.first());
    else found.push((await history.take(HISTORY_WINDOW)).find((row) => row._creationTime <= asOf) ?? null);
  }
  return newestOf(found);
}

// By what the person's own time says; of two at the same instant the one recorded later.
function newestOf(rows: readonly (Doc<"consents"> | null)[]): Doc<"consents"> | null {
  const known = rows.filter((row) => row !== null);
  return known.toSorted((a, b) => b.at - a.at || b._creationTime - a._creationTime)[0] ?? null;
}

function historyOf(ctx: QueryCtx, { contactId, channel, purpose, topic }: ConsentKey, aspect: Aspect, before?: number) {
  return ctx.db
    .query("consents")
    .withIndex("by_statement", (q) => {
      const history = q
        .eq("contactId", contactId)
        .eq("channel", channel)
        .eq("purpose", purpose)
        .eq("topic", topic)
        .eq("aspect", aspect);
      return before === undefined ? history : history.lt("at", before);
    })
    .order("desc");
}

function asStatement({ _id, state, basis, at }: Doc<"consents">): ConsentStatement {
  const decided = state === "granted" || state === "denied" ? state : "withdrawn";
  return { id: _id, state: decided, basis: basis ?? "consent", at };
}
