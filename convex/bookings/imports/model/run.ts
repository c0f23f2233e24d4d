import { internal } from "../../../_generated/api";
import type { Doc, Id } from "../../../_generated/dataModel";
import type { MutationCtx } from "../../../_generated/server";
import { resolveContact } from "../../../contacts/model";
import { gathering } from "../../../events/model";
import { insertBooking, updateBooking, type Change } from "../../model/apply";
import type { Place } from "../../model/participants";
import { ownSource } from "../../model/sources";
import { earlierOf } from "../../model/takeBack";
import { happenedAt, type ReadBooking } from "../rowRules";
import { planOf, type Plan } from "./plan";

/** Bookings one transaction writes: each costs some twenty reads and ten writes, and others wait meanwhile. */
export const BATCH = 15;
/** Their people: each costs as much again. */
const MAX_PEOPLE = 60;

type Row = Doc<"bookingImportRows">;
type Import = Doc<"bookingImports">;

/** One batch of waiting bookings is written, in one transaction with its count. Schedules the next until none waits. */
export async function applyBatch(ctx: MutationCtx, importId: Id<"bookingImports">): Promise<void> {
  const found = await ctx.db.get("bookingImports", importId);
  if (found?.state !== "applying") return;
  const waiting = await ctx.db
    .query("bookingImportRows")
    .withIndex("by_pending", (q) => q.eq("importId", importId).eq("isPending", true))
    .take(BATCH);
  const rows = fewPeople(waiting);
  const result = { ...found.result };
  await gathering(ctx, async (gatherer) => {
    for (const row of rows) result[await applyRow(gatherer, found, row)] += 1;
  });
  const isDone = waiting.length < BATCH && rows.length === waiting.length;
  await ctx.db.patch("bookingImports", importId, { result, state: isDone ? "applied" : "applying" });
  if (!isDone) await ctx.scheduler.runAfter(0, internal.bookings.imports.jobs.applyBatch, { importId });
}

/** As many of the first bookings as have few enough people, one at least. */
function fewPeople(rows: readonly Row[]): Row[] {
  let people = 0;
  return rows.filter(({ lines }, at) => {
    people += lines.length;
    return at === 0 || people <= MAX_PEOPLE;
  });
}

async function applyRow(
  ctx: MutationCtx,
  found: Import,
  row: Row,
): Promise<"created" | "updated" | "skipped" | "failed"> {
  const { orgId, reference, lines } = row;
  // Planned anew: much may have happened since the dry run.
  const plan = await planOf(ctx, { orgId, reference, lines, options: found.options });
  if (plan.verdict === "rejected") {
    const { problem, line: problemLine } = plan;
    await ctx.db.patch("bookingImportRows", row._id, { isPending: false, outcome: "failed", problem, problemLine });
    return "failed";
  }
  const outcome = plan.verdict === "create" ? "created" : plan.verdict === "update" ? "updated" : "skipped";
  const written = await write(ctx, found, row, plan);
  await ctx.db.patch("bookingImportRows", row._id, { isPending: false, outcome, ...written, lines: [] });
  return outcome;
}

/** What undoing it needs: the booking, what it was and what it is now. */
type Written = Pick<Row, "before" | "after"> & { bookingId: Id<"bookings"> };

async function write(
  ctx: MutationCtx,
  { orgId, createdBy, startsJourneys }: Import,
  { reference: externalId }: Row,
  plan: Exclude<Plan, { verdict: "rejected" }>,
): Promise<Written> {
  const { facts, status, known, read } = plan;
  if (known !== null && plan.verdict === "unchanged") return { bookingId: known._id };
  const source = await ownSource(ctx, orgId, "csv");
  const before = known === null ? undefined : await earlierOf(ctx, known);
  const places = await placesOf(ctx, orgId, read);
  const change: Change = {
    externalId,
    occurredAt: happenedAt(status, facts, Date.now()),
    told: { ...facts, places },
    by: { kind: "member", memberId: createdBy },
    startsNoJourneys: startsJourneys ? undefined : true,
  };
  const after = { ...facts, status, contactIds: places.map(({ contactId }) => contactId) };
  if (known === null) return { bookingId: await insertBooking(ctx, source, change, status), after };
  await updateBooking(ctx, source, known, change, status);
  return { bookingId: known._id, before, after };
}

/** The people as contacts of ours; the first booked it. */
async function placesOf(ctx: MutationCtx, orgId: Id<"organisations">, { people }: ReadBooking): Promise<Place[]> {
  const places: Place[] = [];
  for (const [at, { name, email, phone, locale }] of people.entries()) {
    const contact = await resolveContact(ctx, { orgId, name, email, phone, locale });
    places.push({ contactId: contact._id, isBooker: at === 0, timezone: contact.timezone });
  }
  return places;
}
