import type { Doc, Id } from "../../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../../_generated/server";
import { record } from "../../../audit/model";
import { appError } from "../../../lib/errors";
import type { Flow } from "../../flow/schema";
import { flowOfVersion } from "../../model/desk";
import { liveVersionOf, publishFlow } from "../../model/sequences";
import { beginSweep, requireNoSweep } from "../../sweeps/model/sweep";
import type { Choices } from "../../sweeps/schema";

/** A journey that is to become a sequence's next version. */
export type Publication = {
  sequence: Doc<"sequences">;
  flow: Flow;
  /** The number of the version that its author knew as the live one; null: none was. */
  replaces: number | null;
  /** By the step people stand at; where nothing was chosen, they move. */
  choices: Choices;
};

/**
 * Publishes the next version and begins to bring the people inside over, each by what was chosen for the step they stand
 * at (product.md O-6). `sweepId` null: nobody is inside. Throws `invalid` for a journey that cannot run or a choice that
 * names a step which is not in it, `conflict` when somebody else published meanwhile or an earlier change is under way.
 */
export async function publishVersion(
  ctx: MutationCtx,
  by: Pick<Doc<"members">, "_id" | "orgId">,
  { sequence, flow, replaces, choices }: Publication,
): Promise<{ versionId: Id<"sequenceVersions">; sweepId: Id<"sequenceSweeps"> | null }> {
  if (sequence.status === "archived") throw appError("conflict", "This sequence is archived.");
  const live = await liveVersionOf(ctx, sequence);
  if ((live?.number ?? null) !== replaces) throw appError("conflict", "Somebody has published another version.");
  await requireNoSweep(ctx, sequence._id);
  const ids = new Set(flow.nodes.map(({ stepId }) => stepId));
  for (const { choice } of choices) {
    const isGone = choice.kind === "move" && choice.toStepId !== null && !ids.has(choice.toStepId);
    if (isGone) throw appError("invalid", "A step people are to move to is not in the journey.", { field: "choices" });
  }
  const versionId = await publishFlow(ctx, sequence, flow);
  const sweepId = live === null ? null : await beginSweep(ctx, sequence, { kind: "publish", versionId, choices });
  await record(ctx, {
    orgId: by.orgId,
    actor: { kind: "member", memberId: by._id },
    action: "sequence.published",
    subject: { table: "sequences", id: sequence._id },
    details: { version: (replaces ?? 0) + 1, steps: flow.nodes.length },
  });
  return { versionId, sweepId };
}

/** The journey that is live now; null while nothing is published. */
export async function liveFlowOf(ctx: QueryCtx, sequence: Doc<"sequences">): Promise<Flow | null> {
  const version = await liveVersionOf(ctx, sequence);
  return version === null ? null : flowOfVersion(version);
}
