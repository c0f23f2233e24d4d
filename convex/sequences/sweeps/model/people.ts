import type { Doc } from "../../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../../_generated/server";
import { findBooking } from "../../../bookings/model/read";
import { withPurpose } from "../../flow/rules";
import type { Desk } from "../../model/desk";
import { syncEnrolment } from "../../model/enrol";
import { personOf, type Traveller } from "../../model/path";
import { runsOf, skipUnsent } from "../../model/runs";
import { messagesChanged } from "../../publishing/changes";
import type { Choice, Choices, SweepCounts, SweepTask } from "../schema";

type Enrolment = Doc<"enrolments">;
type PublishTask = Extract<SweepTask, { kind: "publish" }>;

/** What a change means for one person, in the transaction of its batch; null: nothing, they have it already. */
export async function carryOut(
  ctx: MutationCtx,
  task: SweepTask,
  enrolment: Enrolment,
  now: number,
  desk: Desk,
): Promise<keyof SweepCounts | null> {
  switch (task.kind) {
    case "publish":
      return await bringOver(ctx, task, enrolment, now, desk);
    case "resume":
      if (task.how === "skip") await skipPaused(ctx, enrolment, task, now, desk);
      await sync(ctx, enrolment, now, desk, NOBODY);
      return "moved";
    case "settings":
      await repurpose(ctx, task, enrolment, now, desk);
      await sync(ctx, enrolment, now, desk, NOBODY);
      return "moved";
    case "archive":
      await sync(ctx, await changed(ctx, enrolment, { takenOut: { at: now, reason: "archived" } }), now, desk);
      return "takenOut";
  }
}

async function bringOver(
  ctx: MutationCtx,
  { versionId, choices }: PublishTask,
  enrolment: Enrolment,
  now: number,
  desk: Desk,
): Promise<keyof SweepCounts | null> {
  // Entered since the version went live.
  if (enrolment.versionId === versionId) return null;
  const choice = choiceFor(choices, enrolment);
  if (choice.kind === "keep") return "kept";
  const next = withChoice(enrolment, choice, versionId, now);
  if (choice.kind === "finish") {
    await sync(ctx, await changed(ctx, enrolment, next), now, desk, NOBODY);
    return "finished";
  }
  const before = await desk.journeyOf(ctx, enrolment.versionId);
  const after = await desk.journeyOf(ctx, versionId);
  const { requeued, renewed } = messagesChanged(before.flow, after.flow);
  if (requeued.size > 0) await takeBack(ctx, enrolment, requeued, now, desk);
  await sync(ctx, await changed(ctx, enrolment, next), now, desk, (stepId) => renewed.has(stepId));
  return "moved";
}

/** Messages that are for something else now are taken back, and queued anew by the walk that follows. */
async function repurpose(
  ctx: MutationCtx,
  { purposeBefore }: Extract<SweepTask, { kind: "settings" }>,
  enrolment: Enrolment,
  now: number,
  desk: Desk,
): Promise<void> {
  const { flow, written } = await desk.journeyOf(ctx, enrolment.versionId);
  const { requeued } = messagesChanged(withPurpose(written, purposeBefore), flow);
  if (requeued.size > 0) await takeBack(ctx, enrolment, requeued, now, desk);
}

const NOBODY = () => false;

/** What was chosen for the step somebody stands at. */
export function choiceFor(choices: Choices, { standsAt }: Pick<Enrolment, "standsAt">): Choice {
  return choices.find(({ stepId }) => stepId === standsAt)?.choice ?? { kind: "move", toStepId: null };
}

/** An enrolment as it is once a choice is carried out. A later version forgets what was arranged in an earlier one. */
export function withChoice(
  { versionId, standsAt, entry }: Pick<Enrolment, "versionId" | "standsAt" | "entry">,
  choice: Choice,
  newVersionId: Enrolment["versionId"],
  now: number,
): Pick<Enrolment, "versionId" | "entry" | "lastStepId"> {
  switch (choice.kind) {
    case "keep":
      return { versionId, entry };
    case "finish":
      return { versionId, entry, lastStepId: standsAt };
    case "move":
      if (choice.toStepId === null) return { versionId: newVersionId, entry, lastStepId: undefined };
      return { versionId: newVersionId, entry: { stepId: choice.toStepId, at: now }, lastStepId: undefined };
  }
}

async function changed(ctx: MutationCtx, enrolment: Enrolment, fields: Partial<Enrolment>): Promise<Enrolment> {
  await ctx.db.patch("enrolments", enrolment._id, fields);
  return { ...enrolment, ...fields };
}

async function sync(
  ctx: MutationCtx,
  enrolment: Enrolment,
  now: number,
  desk: Desk,
  isRenewed?: (stepId: string) => boolean,
): Promise<void> {
  const traveller = await travellerOf(ctx, enrolment);
  if (traveller !== null) await syncEnrolment(ctx, traveller, now, desk, isRenewed);
}

/** A person with their booking; null when that is gone. */
export async function travellerOf(ctx: QueryCtx, enrolment: Enrolment): Promise<Traveller | null> {
  const booking = await findBooking(ctx, enrolment.bookingId);
  return booking === null ? null : { enrolment, booking, person: await personOf(ctx, enrolment) };
}

/** What is queued the old way is taken back, and planned anew by the version that comes. */
async function takeBack(
  ctx: MutationCtx,
  enrolment: Enrolment,
  stepIds: ReadonlySet<string>,
  now: number,
  desk: Desk,
): Promise<void> {
  const tally = desk.tallyOf(enrolment);
  const because = { reason: "step_removed", explanation: "It is sent another way now" } as const;
  for (const run of await runsOf(ctx, enrolment._id)) {
    if (stepIds.has(run.stepId)) await skipUnsent(ctx, run, because, { enrolment, tally, desk, now });
  }
}

/** Drops what fell due in a pause, for good. */
export async function skipPaused(
  ctx: MutationCtx,
  enrolment: Enrolment,
  { from, to }: { from: number; to: number },
  now: number,
  desk: Desk,
): Promise<void> {
  const tally = desk.tallyOf(enrolment);
  const because = { reason: "sequence_paused", explanation: "It fell due while the journey was paused" } as const;
  for (const run of await runsOf(ctx, enrolment._id)) {
    const { plannedAt } = run;
    if (plannedAt !== null && plannedAt >= from && plannedAt < to)
      await skipUnsent(ctx, run, because, { enrolment, tally, desk, now });
  }
}
