import { literals } from "convex-helpers/validators";
import { v } from "convex/values";
import { memberQuery } from "../../lib/functions";
import { requireSequence } from "../model/sequences";
import { flowToRehearse } from "../rehearsal/model/page";
import { requireEnrolment } from "../running/model";
import { DIFFERENCES } from "./difference";
import { replayEnrolment } from "./model";

const vTold = v.union(
  v.object({
    /** UTC ms; null while what it waits for has not happened. */
    plannedAt: v.union(v.number(), v.null()),
    state: v.object({
      kind: literals("waiting", "planned", "sent", "skipped", "cancelled", "failed"),
      reason: v.optional(v.string()),
    }),
  }),
  v.null(),
);

/**
 * The journey of one person because of one booking, run again through the draft or a version, beside what really
 * happened: every message, by time (product.md O-5). Throws `not_found`.
 */
export const ofEnrolment = memberQuery("sequences.read")({
  args: {
    enrolmentId: v.id("enrolments"),
    /** Absent: the draft, or what is live where there is none. */
    versionId: v.optional(v.id("sequenceVersions")),
  },
  returns: v.array(
    v.object({
      stepId: v.string(),
      name: v.string(),
      difference: literals(...DIFFERENCES),
      really: vTold,
      replayed: vTold,
    }),
  ),
  handler: async (ctx, { enrolmentId, versionId }) => {
    const enrolment = await requireEnrolment(ctx, ctx.orgId, enrolmentId);
    const sequence = await requireSequence(ctx, ctx.orgId, enrolment.sequenceId);
    const flow = await flowToRehearse(ctx, sequence, versionId);
    return await replayEnrolment(ctx, enrolment, flow, Date.now());
  },
});
