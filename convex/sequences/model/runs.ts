import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { cancelMessage, enqueue, moveMessage, type NewMessage } from "../../delivery/model";
import { replaceContent } from "../../delivery/model/replaceContent";
import type { MessageContent } from "../../delivery/schema";
import type { Action } from "../planner";
import type { MessageNode } from "../flow/schema";
import type { SkipReason, StepRunState } from "../schema";
import { NODES_LIMIT } from "../flow/problems";
import type { Desk } from "./desk";
import type { Tally } from "./figures";

/** Runs of one enrolment: every step, and repeats after moves. */
const RUNS_LIMIT = NODES_LIMIT * 5;

/** What every run of one enrolment is written with. */
export type RunContext = {
  enrolment: Doc<"enrolments">;
  zone: string;
  values: Record<string, string>;
  tally: Tally;
  desk: Desk;
  /** All of the enrolment as they are by now, kept up to date by whatever writes one. */
  runs: Map<Id<"stepRuns">, Doc<"stepRuns">>;
  /** Whose texts may say something else now. */
  isRenewed(stepId: string): boolean;
  /** UTC ms. */
  now: number;
};

/** All step runs of an enrolment, by step and occurrence. */
export async function runsOf(ctx: QueryCtx, enrolmentId: Id<"enrolments">): Promise<Doc<"stepRuns">[]> {
  return await ctx.db
    .query("stepRuns")
    .withIndex("by_enrolment", (q) => q.eq("enrolmentId", enrolmentId))
    .take(RUNS_LIMIT);
}

/** Carries out one decision of the planner: the run, its message and the figures together. */
export async function applyAction(
  ctx: MutationCtx,
  context: RunContext,
  step: MessageNode | null,
  run: Doc<"stepRuns"> | null,
  action: Action<Id<"stepRuns">>,
): Promise<void> {
  switch (action.kind) {
    case "plan":
      return step === null ? undefined : await plan(ctx, context, step, run, action);
    case "wait":
      return await begin(ctx, context, action, null, { kind: "waiting", anchor: action.anchor });
    case "skip": {
      const state: StepRunState = { kind: "skipped", at: context.now, reason: action.reason };
      if (run !== null && action.runId !== undefined) return await change(ctx, context, run, action, state);
      return await begin(ctx, context, action, action.at, state);
    }
    case "move":
      return run === null || step === null ? undefined : await move(ctx, context, step, run, action);
    case "stop":
      return run === null ? undefined : await stop(ctx, context, run, action);
  }
}

type RunFields = { stepId: string; occurrence: number; explanation: string };

async function insertRun(
  ctx: MutationCtx,
  { enrolment, zone, runs, now }: RunContext,
  { stepId, occurrence, explanation }: RunFields,
  plannedAt: number | null,
  state: StepRunState,
): Promise<Doc<"stepRuns">> {
  const { orgId, _id: enrolmentId, sequenceId, bookingId, contactId } = enrolment;
  const of = { orgId, enrolmentId, sequenceId, bookingId, contactId };
  const fields = { ...of, stepId, occurrence, plannedAt, zone, state, explanation };
  const run = { ...fields, _id: await ctx.db.insert("stepRuns", fields), _creationTime: now };
  runs.set(run._id, run);
  return run;
}

async function begin(
  ctx: MutationCtx,
  context: RunContext,
  fields: RunFields,
  plannedAt: number | null,
  state: StepRunState,
): Promise<void> {
  await insertRun(ctx, context, fields, plannedAt, state);
  context.tally.run(fields.stepId, null, state);
}

async function change(
  ctx: MutationCtx,
  { tally, zone, runs }: RunContext,
  run: Doc<"stepRuns">,
  { at, explanation }: { at: number | null; explanation: string },
  state: StepRunState,
): Promise<void> {
  const fields = { plannedAt: at, zone, explanation, state };
  await ctx.db.patch("stepRuns", run._id, fields);
  runs.set(run._id, { ...run, ...fields });
  tally.run(run.stepId, run.state, state);
}

async function plan(
  ctx: MutationCtx,
  context: RunContext,
  step: MessageNode,
  run: Doc<"stepRuns"> | null,
  action: Extract<Action<Id<"stepRuns">>, { kind: "plan" }>,
): Promise<void> {
  const waiting = action.runId === undefined ? null : run;
  // The message names its run and the run its message: the run waits until the message exists.
  const before: StepRunState = {
    kind: "waiting",
    anchor: step.timing.kind === "reached" ? "created" : step.timing.anchor,
  };
  const planned = waiting ?? (await insertRun(ctx, context, action, action.at, before));
  const queueId = await queueMessage(ctx, context, step, planned._id, action);
  const { at, explanation } = action;
  const fields = { plannedAt: at, zone: context.zone, explanation, state: { kind: "planned", queueId } } as const;
  // What has just been written says all but the message already.
  await ctx.db.patch("stepRuns", planned._id, waiting === null ? { state: fields.state } : fields);
  context.runs.set(planned._id, { ...planned, ...fields });
  context.tally.run(step.stepId, waiting?.state ?? null, fields.state);
}

type Keyed = Pick<Doc<"enrolments">, "sequenceId" | "bookingId" | "contactId">;

/** What the keys of a person's messages in a journey, because of a booking, begin with. */
function keyPrefixOf({ sequenceId, bookingId, contactId }: Keyed): string {
  return `seq:${sequenceId}:${bookingId}:${contactId}:`;
}

/** Looks once for all messages that are about to be queued, where it is several. */
export async function expectMessages(
  ctx: QueryCtx,
  { enrolment, desk }: RunContext,
  actions: readonly Action<Id<"stepRuns">>[],
): Promise<void> {
  if (actions.filter(({ kind }) => kind === "plan").length < 2) return;
  await desk.outbox.expect(ctx, enrolment.orgId, keyPrefixOf(enrolment));
}

async function queueMessage(
  ctx: MutationCtx,
  context: RunContext,
  step: MessageNode,
  stepRunId: Id<"stepRuns">,
  { occurrence, dueAt }: { occurrence: number; dueAt: number },
): Promise<Id<"messageQueue">> {
  const { orgId, _id: enrolmentId, sequenceId, bookingId, contactId } = context.enrolment;
  const { stepId, channel, purpose, retries } = step;
  const keyPrefix = keyPrefixOf(context.enrolment);
  const message: NewMessage = {
    orgId,
    lane: laneOf(step),
    channel,
    contactId,
    purpose,
    source: { kind: "sequence", sequenceId, enrolmentId, stepId, stepRunId, bookingId },
    content: await contentOf(ctx, context, step),
    dueAt,
    ...(retries === undefined ? {} : { maxAttempts: retries + 1 }),
    idempotencyKey: messageKey(context.enrolment, stepId, occurrence),
    keyPrefix,
  };
  return (await enqueue(ctx, message, context.desk.outbox)).queueId;
}

/** Product.md 4.2 rule 10: the same step never twice, whatever runs again. */
export function messageKey(enrolment: Keyed, stepId: string, occurrence: number): string {
  return `${keyPrefixOf(enrolment)}${stepId}:${occurrence}`;
}

/** The lane of delivery a message goes in. */
export function laneOf({ purpose }: Pick<MessageNode, "purpose">): "marketing" | "transactional" {
  return purpose === "marketing" ? "marketing" : "transactional";
}

async function contentOf(ctx: QueryCtx, { enrolment, values, desk }: RunContext, step: MessageNode) {
  const templateVersionId = await desk.textOf(ctx, enrolment.orgId, step.templateId);
  return { kind: "template", templateVersionId, values } satisfies MessageContent;
}

/** A message on its way is left alone: what became of it settles the run. */
async function move(
  ctx: MutationCtx,
  context: RunContext,
  step: MessageNode,
  run: Doc<"stepRuns">,
  action: Extract<Action<Id<"stepRuns">>, { kind: "move" }>,
): Promise<void> {
  if (run.state.kind !== "planned") return;
  if (!(await moveMessage(ctx, run.state.queueId, action.dueAt, context.desk.outbox))) return;
  if (context.isRenewed(run.stepId)) await refreshMessage(ctx, context, step, run);
  await change(ctx, context, run, action, run.state);
}

/** Brings the date, place and other values of an unsent message up to date. */
export async function refreshMessage(
  ctx: MutationCtx,
  context: RunContext,
  step: MessageNode,
  run: Doc<"stepRuns">,
): Promise<void> {
  if (run.state.kind !== "planned") return;
  await replaceContent(ctx, run.state.queueId, await contentOf(ctx, context, step));
}

/** The reaction that follows messages: it is not told of what happens here, unless the journey asks for outcomes. */
const FOLLOWER = "sequences.onMessageStatus";

async function takeBack(
  ctx: MutationCtx,
  { enrolment, desk }: Pick<RunContext, "enrolment" | "desk">,
  queueId: Id<"messageQueue">,
  reason: SkipReason,
): Promise<boolean> {
  const { needs } = await desk.journeyOf(ctx, enrolment.versionId);
  desk.outbox.tally.knownBy = needs.outcomesOf.size === 0 ? FOLLOWER : undefined;
  return await cancelMessage(ctx, queueId, reason, desk.outbox);
}

/** Takes an unsent message back; one that is on its way is left to arrive. */
async function stop(
  ctx: MutationCtx,
  context: RunContext,
  run: Doc<"stepRuns">,
  action: Extract<Action<Id<"stepRuns">>, { kind: "stop" }>,
): Promise<void> {
  if (run.state.kind === "planned" && !(await takeBack(ctx, context, run.state.queueId, action.reason))) return;
  const ended = { at: context.now, reason: action.reason };
  const state: StepRunState = action.as === "skipped" ? { kind: "skipped", ...ended } : { kind: "cancelled", ...ended };
  await change(ctx, context, run, action, state);
}

/** Takes an unsent message back for a reason that is not the path's; one on its way is left to arrive. */
export async function skipUnsent(
  ctx: MutationCtx,
  run: Doc<"stepRuns">,
  { reason, explanation }: { reason: SkipReason; explanation: string },
  context: Pick<RunContext, "enrolment" | "tally" | "desk" | "now">,
): Promise<void> {
  if (run.state.kind !== "planned" || !(await takeBack(ctx, context, run.state.queueId, reason))) return;
  const state: StepRunState = { kind: "skipped", at: context.now, reason };
  await ctx.db.patch("stepRuns", run._id, { state, explanation });
  context.tally.run(run.stepId, run.state, state);
}
