import { v } from "convex/values";
import { memberMutation } from "../../lib/functions";
import { requireSequence } from "../model/sequences";
import {
  archiveSequence,
  pausePerson as pauseOne,
  pauseSequence,
  requireEnrolment,
  resumePerson as resumeOne,
  resumeSequence,
  takeOut as takeOneOut,
} from "./model";
import { vLastPeople, vResumption } from "./schema";

/** Holds everything a journey sends from now on. Throws `not_found`, `conflict`, `invalid` (field "reason"). */
export const pause = memberMutation("sequences.edit")({
  args: { sequenceId: v.id("sequences"), reason: v.string() },
  returns: v.null(),
  handler: async (ctx, { sequenceId, reason }): Promise<null> => {
    await pauseSequence(ctx, ctx.member, await requireSequence(ctx, ctx.orgId, sequenceId), reason);
    return null;
  },
});

/** Lets it go on; `how` says what becomes of what fell due meanwhile. Throws `not_found`, `conflict`. */
export const resume = memberMutation("sequences.edit")({
  args: { sequenceId: v.id("sequences"), how: vResumption },
  returns: v.null(),
  handler: async (ctx, { sequenceId, how }): Promise<null> => {
    await resumeSequence(ctx, ctx.member, await requireSequence(ctx, ctx.orgId, sequenceId), how);
    return null;
  },
});

/** Ends a journey for good; `people` says what becomes of those inside. Throws `not_found`, `conflict`. */
export const archive = memberMutation("sequences.edit")({
  args: { sequenceId: v.id("sequences"), people: vLastPeople },
  returns: v.null(),
  handler: async (ctx, { sequenceId, people }): Promise<null> => {
    await archiveSequence(ctx, ctx.member, await requireSequence(ctx, ctx.orgId, sequenceId), people);
    return null;
  },
});

/** Holds what a journey sends to one person. Throws `not_found`, `conflict`, `invalid` (field "reason"). */
export const pausePerson = memberMutation("sequences.edit")({
  args: { enrolmentId: v.id("enrolments"), reason: v.string() },
  returns: v.null(),
  handler: async (ctx, { enrolmentId, reason }): Promise<null> => {
    await pauseOne(ctx, ctx.member, await requireEnrolment(ctx, ctx.orgId, enrolmentId), reason);
    return null;
  },
});

/** Lets the journey go on for one person. Throws `not_found`, `conflict`. */
export const resumePerson = memberMutation("sequences.edit")({
  args: { enrolmentId: v.id("enrolments"), how: vResumption },
  returns: v.null(),
  handler: async (ctx, { enrolmentId, how }): Promise<null> => {
    await resumeOne(ctx, ctx.member, await requireEnrolment(ctx, ctx.orgId, enrolmentId), how);
    return null;
  },
});

/** Takes one person out of a journey; what is on its way arrives. Throws `not_found`, `conflict`. */
export const takeOut = memberMutation("sequences.edit")({
  args: { enrolmentId: v.id("enrolments") },
  returns: v.null(),
  handler: async (ctx, { enrolmentId }): Promise<null> => {
    await takeOneOut(ctx, ctx.member, await requireEnrolment(ctx, ctx.orgId, enrolmentId));
    return null;
  },
});
