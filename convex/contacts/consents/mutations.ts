import { literals } from "convex-helpers/validators";
import { v } from "convex/values";
import { memberMutation } from "../../lib/functions";
import { vAddressChannel } from "../schema";
import { recordByMember } from "./model/byMember";
import { vLegalBasis } from "./schema";

/** Records what a person told a member about one topic and channel. The reason is the proof. */
export const record = memberMutation("contacts.edit")({
  args: {
    contactId: v.id("contacts"),
    channel: vAddressChannel,
    topic: v.string(),
    state: literals("granted", "withdrawn", "denied"),
    basis: vLegalBasis,
    reason: v.string(),
    evidence: v.optional(v.string()),
  },
  returns: v.null(),
  handler: async (ctx, statement) => {
    await recordByMember(ctx, { orgId: ctx.orgId, member: ctx.member, ...statement });
    return null;
  },
});
