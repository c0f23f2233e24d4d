import type { PaginationOptions, PaginationResult } from "convex/server";
import type { Doc, Id } from "../../_generated/dataModel";
import type { QueryCtx } from "../../_generated/server";
import { findBooking } from "../../bookings/model/read";
import { requireContact } from "../../contacts/model";
import type { Group, PersonRow } from "./schema";

// The people behind a figure (product.md 4.3: a click opens them), newest first as far as there is an order in time.

type Enrolment = Doc<"enrolments">;
/** What a list says of one of its people. */
type Found = Pick<PersonRow, "key" | "at" | "reason" | "queueId"> & { enrolmentId: Id<"enrolments">; zone?: string };

/** A page of the people of a figure. */
export async function pageOfPeople(
  ctx: QueryCtx,
  { _id: sequenceId }: Doc<"sequences">,
  group: Group,
  options: PaginationOptions,
): Promise<PaginationResult<PersonRow>> {
  const result = await pageOf(ctx, sequenceId, group, options);
  const rows = await Promise.all(result.page.map((found) => rowOf(ctx, found)));
  return { ...result, page: rows.flatMap((row) => (row === null ? [] : [row])) };
}

async function pageOf(
  ctx: QueryCtx,
  sequenceId: Id<"sequences">,
  group: Group,
  options: PaginationOptions,
): Promise<PaginationResult<Found>> {
  switch (group.kind) {
    case "run":
      return await runPage(ctx, sequenceId, group, options);
    case "outcome":
      return await outcomePage(ctx, sequenceId, group, options);
    case "decided":
      return await decisionPage(ctx, sequenceId, group.stepId, options);
    case "here": {
      const page = await ctx.db
        .query("enrolments")
        .withIndex("by_standing", (q) => q.eq("sequenceId", sequenceId).eq("standsAt", group.stepId))
        .order("desc")
        .paginate(options);
      return { ...page, page: page.page.map(foundInside) };
    }
    case "enrolment": {
      const page = await ctx.db
        .query("enrolments")
        .withIndex("by_sequence_state", (q) => q.eq("sequenceId", sequenceId).eq("state.kind", group.state))
        .order("desc")
        .paginate(options);
      return { ...page, page: page.page.map(foundInside) };
    }
  }
}

async function runPage(
  ctx: QueryCtx,
  sequenceId: Id<"sequences">,
  { stepId, state }: Extract<Group, { kind: "run" }>,
  options: PaginationOptions,
): Promise<PaginationResult<Found>> {
  const page = await ctx.db
    .query("stepRuns")
    .withIndex("by_sequence_step", (q) => q.eq("sequenceId", sequenceId).eq("stepId", stepId).eq("state.kind", state))
    .order("desc")
    .paginate(options);
  return { ...page, page: page.page.map(foundRun) };
}

function foundRun({ _id, enrolmentId, plannedAt, zone, state }: Doc<"stepRuns">): Found {
  const at = "at" in state ? state.at : plannedAt;
  const reason = "reason" in state ? state.reason : null;
  return { key: _id, enrolmentId, at, reason, queueId: "queueId" in state ? state.queueId : null, zone };
}

async function outcomePage(
  ctx: QueryCtx,
  sequenceId: Id<"sequences">,
  { stepId, outcome }: Extract<Group, { kind: "outcome" }>,
  options: PaginationOptions,
): Promise<PaginationResult<Found>> {
  const page = await ctx.db
    .query("stepOutcomes")
    .withIndex("by_step", (q) => q.eq("sequenceId", sequenceId).eq("stepId", stepId).eq("outcome", outcome))
    .order("desc")
    .paginate(options);
  const found = await Promise.all(
    page.page.map(async ({ stepRunId, at }) => {
      const run = await ctx.db.get("stepRuns", stepRunId);
      return run === null ? [] : [{ ...foundRun(run), at }];
    }),
  );
  return { ...page, page: found.flat() };
}

async function decisionPage(
  ctx: QueryCtx,
  sequenceId: Id<"sequences">,
  stepId: string,
  options: PaginationOptions,
): Promise<PaginationResult<Found>> {
  const page = await ctx.db
    .query("stepDecisions")
    .withIndex("by_sequence_step", (q) => q.eq("sequenceId", sequenceId).eq("stepId", stepId))
    .order("desc")
    .paginate(options);
  const found = page.page.map(({ _id, enrolmentId, at }) => ({
    key: _id,
    enrolmentId,
    at,
    reason: null,
    queueId: null,
  }));
  return { ...page, page: found };
}

function foundInside({ _id, enrolledAt, state }: Enrolment): Found {
  const reason = state.kind === "exited" ? state.reason : null;
  const at = state.kind === "active" ? enrolledAt : state.at;
  return { key: _id, enrolmentId: _id, at, reason, queueId: null };
}

/** Null when what it hangs on has been erased meanwhile. */
async function rowOf(ctx: QueryCtx, { enrolmentId, zone, ...found }: Found): Promise<PersonRow | null> {
  const enrolment = await ctx.db.get("enrolments", enrolmentId);
  const booking = enrolment === null ? null : await findBooking(ctx, enrolment.bookingId);
  if (enrolment === null || booking === null) return null;
  const contact = await requireContact(ctx, enrolment.orgId, enrolment.contactId);
  const { location } = booking;
  return {
    ...found,
    enrolmentId,
    contactId: contact._id,
    name: contact.name,
    bookingId: booking._id,
    bookingTitle: booking.title,
    zone: zone ?? (location.kind === "onsite" ? location.zone : "UTC"),
    isInside: enrolment.state.kind === "active",
    isPaused: enrolment.paused !== undefined,
  };
}

/** Every journey of a booking's people, with where each stands. */
export async function journeysOfBooking(ctx: QueryCtx, bookingId: Id<"bookings">, enrolments: readonly Enrolment[]) {
  const booking = await findBooking(ctx, bookingId);
  if (booking === null) return [];
  return await Promise.all(
    enrolments.map(async (enrolment) => {
      const contact = await requireContact(ctx, enrolment.orgId, enrolment.contactId);
      const sequence = await ctx.db.get("sequences", enrolment.sequenceId);
      const { state } = enrolment;
      return {
        enrolmentId: enrolment._id,
        sequenceId: enrolment.sequenceId,
        sequenceName: sequence?.name ?? "",
        name: contact.name,
        state: state.kind,
        reason: state.kind === "exited" ? state.reason : null,
        isPaused: enrolment.paused !== undefined,
      };
    }),
  );
}
