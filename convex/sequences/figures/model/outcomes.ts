import type { Doc, Id } from "../../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../../_generated/server";
import { DAY_MS } from "../../../lib/time";
import { receiptsOf } from "../../../tracking/receipts/model";
import { Tally } from "../../model/figures";
import { runsOf } from "../../model/runs";
import { STEP_OUTCOMES, type StepOutcome } from "../schema";

type Run = Doc<"stepRuns">;
type Message = Doc<"messageQueue">;

/** An answer is taken for one to the newest message of a journey that is no older. */
const ANSWER_WITHIN_MS = 14 * DAY_MS;
/** Journeys of one person that may have the message they answer: the newest. */
const ENROLMENTS_LOOKED_AT = 10;

/**
 * Keeps what has become of the message of a run, each once: repeated and late reports change nothing, and what came
 * back is no longer lost once somebody has sent it again. Counts go into `tally` for the caller to write.
 */
export async function keepOutcomes(ctx: MutationCtx, run: Run, message: Message, tally: Tally): Promise<void> {
  if (run.state.kind !== "sent" && run.state.kind !== "failed") return;
  const found = await outcomesOf(ctx, run, message);
  const known = await outcomeRows(ctx, run._id);
  const lost = known.find(({ outcome }) => outcome === "lost");
  if (lost !== undefined && !found.has("lost")) {
    await ctx.db.delete("stepOutcomes", lost._id);
    tally.outcome(run.stepId, lost.outcome, lost.channel, -1);
  }
  for (const [outcome, at] of found) {
    if (known.some((row) => row.outcome === outcome)) continue;
    await insert(ctx, run, { outcome, at, channel: message.routedChannel }, tally);
  }
}

async function outcomesOf(ctx: QueryCtx, { state: runState }: Run, message: Message) {
  const found = new Map<StepOutcome, number>();
  const add = (outcome: StepOutcome, at: number) => found.set(outcome, Math.min(found.get(outcome) ?? Infinity, at));
  for (const { kind, at, isMachine } of await receiptsOf(ctx, message._id)) {
    // A scanner opens every mail and follows every link (providers.md 7.6).
    if ((kind === "opened" || kind === "clicked") && isMachine !== true) add(kind, at);
    if (kind === "delivered" || kind === "read") add("delivered", at);
    if (kind === "read") add("opened", at);
  }
  const { state } = message;
  if (state.kind === "delivered" || state.kind === "read") add("delivered", state.at);
  if (state.kind === "read") add("opened", state.at);
  if (runState.kind === "failed") add("lost", runState.at);
  return found;
}

async function outcomeRows(ctx: QueryCtx, stepRunId: Id<"stepRuns">): Promise<Doc<"stepOutcomes">[]> {
  return await ctx.db
    .query("stepOutcomes")
    .withIndex("by_run", (q) => q.eq("stepRunId", stepRunId))
    .take(STEP_OUTCOMES.length);
}

async function insert(
  ctx: MutationCtx,
  { _id: stepRunId, orgId, sequenceId, stepId }: Run,
  fields: Pick<Doc<"stepOutcomes">, "outcome" | "at" | "channel">,
  tally: Tally,
): Promise<void> {
  await ctx.db.insert("stepOutcomes", { orgId, sequenceId, stepId, stepRunId, ...fields });
  tally.outcome(stepId, fields.outcome, fields.channel, 1);
}

/** Counts an answer for the newest message that a journey sent the person before it, once a message. */
export async function keepAnswer(
  ctx: MutationCtx,
  orgId: Id<"organisations">,
  contactIdText: string,
  at: number,
): Promise<void> {
  const contactId = ctx.db.normalizeId("contacts", contactIdText);
  if (contactId === null) return;
  const enrolments = await ctx.db
    .query("enrolments")
    .withIndex("by_contact", (q) => q.eq("contactId", contactId))
    .order("desc")
    .take(ENROLMENTS_LOOKED_AT);
  let newest: { run: Run; sentAt: number; enrolment: Doc<"enrolments"> } | null = null;
  for (const enrolment of enrolments) {
    if (enrolment.orgId !== orgId) continue;
    for (const run of await runsOf(ctx, enrolment._id)) {
      if (run.state.kind !== "sent") continue;
      const sentAt = run.state.at;
      if (sentAt > at || sentAt < at - ANSWER_WITHIN_MS || sentAt <= (newest?.sentAt ?? 0)) continue;
      newest = { run, sentAt, enrolment };
    }
  }
  if (newest === null) return;
  const { run, enrolment } = newest;
  if ((await outcomeRows(ctx, run._id)).some(({ outcome }) => outcome === "replied")) return;
  const tally = new Tally();
  await insert(ctx, run, { outcome: "replied", at }, tally);
  await tally.write(ctx, enrolment);
}
