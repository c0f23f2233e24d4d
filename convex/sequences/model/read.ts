import type { Doc, Id } from "../../_generated/dataModel";
import type { QueryCtx } from "../../_generated/server";
import type { JourneyEntry } from "../../bookings/journey";
import { requireBooking } from "../../bookings/model/read";
import { requireMessage } from "../../delivery/model";
import { requireTemplate } from "../../templates/model";
import type { MessageNode } from "../flow/schema";
import { messageTimingText } from "../flow/texts";
import { enrolmentsOf } from "./enrol";
import { noFigures } from "../figures/counts";
import { figuresOf } from "./figures";
import { flowOfVersion } from "./desk";
import { messagesOf } from "./path";
import { runsOf } from "./runs";
import { listSequences, liveVersionOf, requireSequence } from "./sequences";

/** Every step run of a booking with its message's state, by planned time; those that wait for their anchor last. */
export async function journeyOf(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  bookingId: Id<"bookings">,
): Promise<JourneyEntry[]> {
  await requireBooking(ctx, orgId, bookingId);
  const perEnrolment = await Promise.all(
    (await enrolmentsOf(ctx, bookingId)).map((enrolment) => entriesOf(ctx, enrolment)),
  );
  const lastIfWaiting = ({ plannedAt }: JourneyEntry) => plannedAt ?? Number.MAX_SAFE_INTEGER;
  return perEnrolment.flat().sort((a, b) => lastIfWaiting(a) - lastIfWaiting(b) || a.occurrence - b.occurrence);
}

async function entriesOf(ctx: QueryCtx, enrolment: Doc<"enrolments">): Promise<JourneyEntry[]> {
  const sequence = await requireSequence(ctx, enrolment.orgId, enrolment.sequenceId);
  const version = await ctx.db.get("sequenceVersions", enrolment.versionId);
  const messages = version === null ? [] : messagesOf(flowOfVersion(version));
  const steps = new Map(messages.map((step) => [step.stepId, step]));
  const runs = await runsOf(ctx, enrolment._id);
  return await Promise.all(runs.map((run) => entryOf(ctx, sequence.name, steps.get(run.stepId), run)));
}

async function entryOf(
  ctx: QueryCtx,
  sequenceName: string,
  step: MessageNode | undefined,
  run: Doc<"stepRuns">,
): Promise<JourneyEntry> {
  const { contactId, plannedAt, zone, occurrence, state, explanation } = run;
  const queueId = "queueId" in state ? state.queueId : undefined;
  const message = queueId === undefined ? null : await requireMessage(ctx, run.orgId, queueId);
  return {
    stepRunId: run._id,
    sequenceName,
    stepName: step?.name ?? run.stepId,
    phase: step?.phase ?? "before",
    channel: step?.channel ?? "best",
    contactId,
    plannedAt,
    zone,
    occurrence,
    state,
    explanation,
    queueId,
    messageState: message?.state.kind,
  };
}

/** Every sequence with its figures. */
export async function listWithFigures(ctx: QueryCtx, orgId: Id<"organisations">) {
  const sequences = await listSequences(ctx, orgId);
  return await Promise.all(
    sequences.map(async (sequence) => {
      const version = await liveVersionOf(ctx, sequence);
      return { ...summaryOf(sequence, version), figures: (await figuresOf(ctx, sequence._id)).total };
    }),
  );
}

/** One sequence with its live steps and their figures. Throws `not_found`. */
export async function getWithSteps(ctx: QueryCtx, orgId: Id<"organisations">, sequenceId: Id<"sequences">) {
  const sequence = await requireSequence(ctx, orgId, sequenceId);
  const version = await liveVersionOf(ctx, sequence);
  const { total, byStep } = await figuresOf(ctx, sequenceId);
  const steps = await Promise.all(
    (version === null ? [] : messagesOf(flowOfVersion(version))).map(async (step) => {
      const { stepId, name, phase, timing, channel, purpose } = step;
      const { name: templateName } = await requireTemplate(ctx, orgId, step.templateId);
      const figures = byStep.get(stepId) ?? noFigures();
      return {
        stepId,
        name,
        phase,
        timingText: messageTimingText(timing),
        timing,
        channel,
        purpose,
        templateName,
        figures,
      };
    }),
  );
  return { ...summaryOf(sequence, version), figures: total, steps };
}

function summaryOf(sequence: Doc<"sequences">, version: Doc<"sequenceVersions"> | null) {
  const { _id, name, description, status } = sequence;
  return {
    id: _id,
    name,
    description,
    status,
    versionNumber: version?.number ?? null,
    stepCount: version === null ? 0 : flowOfVersion(version).nodes.length,
  };
}
