import type { Doc, Id } from "../../../_generated/dataModel";
import type { QueryCtx } from "../../../_generated/server";
import { isSending } from "../../../delivery/model";
import type { Flow } from "../../flow/schema";
import { Desk } from "../../model/desk";
import { planTraveller } from "../../model/enrol";
import { whereabouts } from "../../model/figures";
import { liveVersionOf } from "../../model/sequences";
import { newestSweep } from "../../sweeps/model/sweep";
import { choiceFor, travellerOf, withChoice } from "../../sweeps/model/people";
import type { Choices } from "../../sweeps/schema";
import { changesBetween, messagesChanged, type StepChange } from "../changes";
import { liveFlowOf } from "./publish";

// What a new version would do to the people inside, before it is published (product.md O-6).

/** Planned runs of one step that are looked at for messages on their way: those are few, and seconds old. */
const SENDING_LOOK = 200;
/** People one query walks. */
const PEOPLE_PAGE = 100;

/** A step with the people it concerns: who stands there, whose message is queued or waits, and is being sent. */
export type StepImpact = StepChange & { here: number; planned: number; sending: number };

/** People and messages by step, from what is counted anyway: at once, however many there are. */
export async function publishImpact(ctx: QueryCtx, sequence: Doc<"sequences">, flow: Flow) {
  const { people, byStep } = await whereabouts(ctx, sequence._id);
  const live = await liveVersionOf(ctx, sequence);
  const known = changesBetween(await liveFlowOf(ctx, sequence), flow);
  const ids = new Set(known.map(({ stepId }) => stepId));
  // People who were left in an earlier version may stand at steps that the live one has not.
  const earlier = [...byStep].filter(([stepId, { here, planned }]) => !ids.has(stepId) && here + planned > 0);
  const gone = earlier.map(([stepId]): StepChange => ({ stepId, name: stepId, kind: "message", change: "removed" }));
  const steps = await Promise.all(
    [...known, ...gone].map(async (step): Promise<StepImpact> => {
      const { here, planned } = byStep.get(step.stepId) ?? { here: 0, planned: 0 };
      const sending = step.change === "removed" && planned > 0 ? await sendingAt(ctx, sequence._id, step.stepId) : 0;
      return { ...step, here, planned, sending };
    }),
  );
  const sweep = await newestSweep(ctx, sequence._id);
  return { versionNumber: live?.number ?? null, people, isSweeping: sweep?.state === "running", steps };
}

async function sendingAt(ctx: QueryCtx, sequenceId: Id<"sequences">, stepId: string): Promise<number> {
  const runs = await ctx.db
    .query("stepRuns")
    .withIndex("by_sequence_step", (q) =>
      q.eq("sequenceId", sequenceId).eq("stepId", stepId).eq("state.kind", "planned"),
    )
    .take(SENDING_LOOK);
  const queueIds = runs.flatMap(({ state }) => (state.kind === "planned" ? [state.queueId] : []));
  const isOnItsWay = await Promise.all(queueIds.map((queueId) => isSending(ctx, queueId)));
  return isOnItsWay.filter(Boolean).length;
}

/** Messages that people gain, lose or get at another time at one step. */
export type StepMessages = { stepId: string; gained: number; lost: number; moved: number };

/**
 * What the next people of a page would gain and lose: the same walk and the same planner as the change itself, on copies.
 * `cursor` null: these were the last.
 */
export async function messageImpact(
  ctx: QueryCtx,
  sequence: Doc<"sequences">,
  { flow, choices }: { flow: Flow; choices: Choices },
  cursor: string | null,
  now: number,
) {
  const page = await ctx.db
    .query("enrolments")
    .withIndex("by_sequence_state", (q) => q.eq("sequenceId", sequence._id).eq("state.kind", "active"))
    .paginate({ cursor, numItems: PEOPLE_PAGE });
  const steps = new Map<string, StepMessages>();
  const people = { moved: 0, kept: 0, finished: 0 };
  for (const enrolment of page.page) {
    const choice = choiceFor(choices, enrolment);
    people[BECOMES[choice.kind]] += 1;
    if (choice.kind === "keep") continue;
    await addPerson(ctx, steps, enrolment, { flow, choice, now });
  }
  return { people, steps: [...steps.values()], cursor: page.isDone ? null : page.continueCursor };
}

const BECOMES = { keep: "kept", move: "moved", finish: "finished" } as const;

async function addPerson(
  ctx: QueryCtx,
  steps: Map<string, StepMessages>,
  enrolment: Doc<"enrolments">,
  { flow, choice, now }: { flow: Flow; choice: Choices[number]["choice"]; now: number },
): Promise<void> {
  const traveller = await travellerOf(ctx, {
    ...enrolment,
    ...withChoice(enrolment, choice, enrolment.versionId, now),
  });
  if (traveller === null) return;
  const add = (stepId: string, what: "gained" | "lost" | "moved") => {
    const step = steps.get(stepId) ?? { stepId, gained: 0, lost: 0, moved: 0 };
    step[what] += 1;
    steps.set(stepId, step);
  };
  const desk = new Desk();
  const { flow: before } = await desk.journeyOf(ctx, enrolment.versionId);
  if (choice.kind === "move") await desk.pretend(ctx, enrolment.versionId, flow);
  const { path, actions } = await planTraveller(ctx, traveller, now, desk);
  for (const action of actions) {
    const stepId = "stepId" in action ? action.stepId : path.runs.find(({ _id }) => _id === action.runId)?.stepId;
    if (stepId === undefined) continue;
    if (action.kind === "plan" || action.kind === "wait") add(stepId, "gained");
    if (action.kind === "stop") add(stepId, "lost");
    if (action.kind === "move") add(stepId, "moved");
  }
  if (choice.kind !== "move") return;
  // Queued anew another way: for the person it is the same message.
  const { requeued } = messagesChanged(before, flow);
  for (const { stepId, state } of path.runs) if (requeued.has(stepId) && state.kind === "planned") add(stepId, "moved");
}
