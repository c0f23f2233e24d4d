import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import type { AuditAction, AuditDetails } from "../../audit/actions";
import { record } from "../../audit/model";
import { pause, pausesOf, resume } from "../../delivery/model/pauses";
import { sameScope } from "../../delivery/flow/pauseScopes";
import type { PauseScope } from "../../delivery/flow/schema";
import { appError } from "../../lib/errors";
import { Desk } from "../model/desk";
import { syncEnrolment } from "../model/enrol";
import { beginSweep, requireNoSweep } from "../sweeps/model/sweep";
import { skipPaused, travellerOf } from "../sweeps/model/people";
import type { LastPeople, Resumption } from "./schema";

// Stopping a journey for a while or for good, for everybody or for one person (product.md 4.3). What falls due in a pause
// is held by delivery, like in every other pause; the path goes on counting.

/** Pauses that are remembered: of more, the oldest have no effect on anything ahead. */
const GAPS_LIMIT = 50;

type Member = Pick<Doc<"members">, "_id" | "orgId">;
type Sequence = Doc<"sequences">;
type Enrolment = Doc<"enrolments">;

/** Holds everything a journey sends from now on. Throws `conflict` unless it is active, `invalid` without a reason. */
export async function pauseSequence(ctx: MutationCtx, by: Member, sequence: Sequence, reason: string): Promise<void> {
  if (sequence.status !== "active") throw appError("conflict", "Only an active sequence can be paused.");
  const pauseId = await hold(ctx, by, sequence._id, reason);
  await ctx.db.patch("sequences", sequence._id, { status: "paused", paused: { at: Date.now(), pauseId } });
  await noteSequence(ctx, by, sequence, "sequence.paused", { reason });
}

/**
 * Lets a paused journey go on: what fell due goes late (as far as it is still of use), is dropped, or everything is put
 * off by as long as the pause took. Messages are held until everybody inside has been looked at. Throws `conflict` unless
 * it is paused, or while an earlier change is under way.
 */
export async function resumeSequence(ctx: MutationCtx, by: Member, sequence: Sequence, how: Resumption): Promise<void> {
  const { paused } = sequence;
  if (sequence.status !== "paused" || paused === undefined) throw appError("conflict", "This sequence is not paused.");
  await requireNoSweep(ctx, sequence._id);
  const gap = { from: paused.at, to: Date.now() };
  if (how === "shift") {
    await ctx.db.patch("sequences", sequence._id, { gaps: [...(sequence.gaps ?? []), gap].slice(-GAPS_LIMIT) });
  }
  await noteSequence(ctx, by, sequence, "sequence.resumed", { how });
  const sweepId = how === "late" ? null : await beginSweep(ctx, sequence, { kind: "resume", how, by: by._id, ...gap });
  if (sweepId === null) await letGo(ctx, by, sequence);
}

/** Ends the pause of a journey; what was held goes out in the background. */
export async function letGo(ctx: MutationCtx, by: Member, { _id, status, paused }: Sequence): Promise<void> {
  if (status !== "paused") return;
  await ctx.db.patch("sequences", _id, { status: "active", paused: undefined });
  await release(ctx, by, paused);
}

/**
 * Ends a journey: nobody enters any more, and those inside come to its end or are taken out. Throws `conflict` when it is
 * archived already or an earlier change is under way.
 */
export async function archiveSequence(
  ctx: MutationCtx,
  by: Member,
  sequence: Sequence,
  people: LastPeople,
): Promise<void> {
  if (sequence.status === "archived") throw appError("conflict", "This sequence is archived.");
  await requireNoSweep(ctx, sequence._id);
  await ctx.db.patch("sequences", sequence._id, { status: "archived", paused: undefined, lastPeople: people });
  if (people === "stop") await beginSweep(ctx, sequence, { kind: "archive" });
  await release(ctx, by, sequence.paused);
  await noteSequence(ctx, by, sequence, "sequence.archived", { people });
}

/** The journey of one person. Throws `not_found` for other organisations' ids. */
export async function requireEnrolment(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  enrolmentId: Id<"enrolments">,
): Promise<Enrolment> {
  const enrolment = await ctx.db.get("enrolments", enrolmentId);
  if (enrolment === null || enrolment.orgId !== orgId) throw appError("not_found", "This journey does not exist.");
  return enrolment;
}

/** Holds what a journey sends to one person. Throws `conflict` when it is over or paused for them, `invalid`. */
export async function pausePerson(ctx: MutationCtx, by: Member, enrolment: Enrolment, reason: string): Promise<void> {
  if (enrolment.state.kind !== "active") throw appError("conflict", "The journey is over for this person.");
  if (enrolment.paused !== undefined) throw appError("conflict", "It is paused already.");
  const pauseId = await hold(ctx, by, enrolment._id, reason);
  await ctx.db.patch("enrolments", enrolment._id, { paused: { at: Date.now(), pauseId } });
  await notePerson(ctx, by, enrolment, "enrolment.paused", { reason });
}

/** Lets the journey go on for one person, like `resumeSequence`. Throws `conflict` when it is not paused for them. */
export async function resumePerson(ctx: MutationCtx, by: Member, enrolment: Enrolment, how: Resumption): Promise<void> {
  const { paused, gaps = [] } = enrolment;
  if (paused === undefined) throw appError("conflict", "It is not paused.");
  const now = Date.now();
  const gap = { from: paused.at, to: now };
  const fields = { paused: undefined, ...(how === "shift" ? { gaps: [...gaps, gap].slice(-GAPS_LIMIT) } : {}) };
  await ctx.db.patch("enrolments", enrolment._id, fields);
  if (how === "skip") {
    const desk = new Desk();
    await skipPaused(ctx, enrolment, gap, now, desk);
    await desk.write(ctx);
  }
  if (how !== "late") await lookAgain(ctx, { ...enrolment, ...fields }, now);
  await release(ctx, by, paused);
  await notePerson(ctx, by, enrolment, "enrolment.resumed", { how });
}

/** Takes one person out: what is not on its way yet is taken back. Throws `conflict` when it is over for them. */
export async function takeOut(ctx: MutationCtx, by: Member, enrolment: Enrolment): Promise<void> {
  if (enrolment.state.kind !== "active") throw appError("conflict", "The journey is over for this person.");
  const now = Date.now();
  const fields = { paused: undefined, takenOut: { at: now, reason: "by_member" } } as const;
  await ctx.db.patch("enrolments", enrolment._id, fields);
  await lookAgain(ctx, { ...enrolment, ...fields }, now);
  await release(ctx, by, enrolment.paused);
  await notePerson(ctx, by, enrolment, "enrolment.taken_out", {});
}

async function lookAgain(ctx: MutationCtx, enrolment: Enrolment, now: number): Promise<void> {
  const traveller = await travellerOf(ctx, enrolment);
  if (traveller === null) return;
  const desk = new Desk();
  await syncEnrolment(ctx, traveller, now, desk);
  await desk.write(ctx);
}

/** A pause of delivery for one journey, or for one person in it; one that somebody set already will do. */
async function hold(ctx: MutationCtx, by: Member, id: string, reason: string): Promise<Id<"deliveryPauses">> {
  const scope: PauseScope = { kind: "source", sourceKind: "sequence", id };
  const known = (await pausesOf(ctx, by.orgId)).find((each) => sameScope(each.scope, scope));
  return known?._id ?? (await pause(ctx, { orgId: by.orgId, memberId: by._id }, scope, reason));
}

/** Lifts that pause, unless somebody has done so already. */
async function release(ctx: MutationCtx, by: Member, paused: Sequence["paused"]): Promise<void> {
  if (paused === undefined) return;
  const isOn = (await pausesOf(ctx, by.orgId)).some(({ _id }) => _id === paused.pauseId);
  if (!isOn) return;
  await resume(ctx, { orgId: by.orgId, memberId: by._id }, paused.pauseId);
}

async function noteSequence(
  ctx: MutationCtx,
  by: Member,
  { _id }: Sequence,
  action: AuditAction,
  details: AuditDetails,
) {
  await note(ctx, by, action, { table: "sequences", id: _id }, details);
}

async function notePerson(
  ctx: MutationCtx,
  by: Member,
  enrolment: Enrolment,
  action: AuditAction,
  details: AuditDetails,
) {
  const subject = { table: "enrolments", id: enrolment._id };
  await note(ctx, by, action, subject, { ...details, sequenceId: enrolment.sequenceId });
}

async function note(
  ctx: MutationCtx,
  { _id: memberId, orgId }: Member,
  action: AuditAction,
  subject: { table: string; id: string },
  details: AuditDetails,
): Promise<void> {
  await record(ctx, { orgId, actor: { kind: "member", memberId }, action, subject, details });
}
