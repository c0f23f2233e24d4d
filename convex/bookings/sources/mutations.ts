import { v } from "convex/values";
import type { Doc } from "../../_generated/dataModel";
import type { MutationCtx } from "../../_generated/server";
import type { AuditAction } from "../../audit/actions";
import { record } from "../../audit/model";
import { memberMutation } from "../../lib/functions";
import { changeSource, createSource, requireSource, setSourceSecret } from "../model/sources";
import { replayDelivery } from "../model/webhooks";
import { vWebhookSourceKind } from "../schema";

type Done = { member: Doc<"members">; source: Pick<Doc<"bookingSources">, "_id">; action: AuditAction };

async function note(ctx: MutationCtx, { member, source, action }: Done): Promise<void> {
  const actor = { kind: "member", memberId: member._id } as const;
  await record(ctx, { orgId: member.orgId, actor, action, subject: { table: "bookingSources", id: source._id } });
}

/** Adds a booking system. Its signing secret can be read only in the answer. Throws `invalid` with the field. */
export const add = memberMutation("connections.manage")({
  args: {
    kind: vWebhookSourceKind,
    name: v.string(),
    venueZone: v.optional(v.string()),
    secret: v.optional(v.string()),
  },
  returns: v.object({ sourceId: v.id("bookingSources"), secret: v.string() }),
  handler: async (ctx, fields) => {
    const { orgId, member } = ctx;
    const { sourceId, secret } = await createSource(ctx, { orgId, ...fields });
    await note(ctx, { member, source: { _id: sourceId }, action: "booking_source.added" });
    return { sourceId, secret };
  },
});

/** Renames a source, sets its venue's zone (null: its bookings without a place are online), switches it on or off. */
export const change = memberMutation("connections.manage")({
  args: {
    sourceId: v.id("bookingSources"),
    name: v.optional(v.string()),
    venueZone: v.optional(v.union(v.string(), v.null())),
    isEnabled: v.optional(v.boolean()),
  },
  returns: v.null(),
  handler: async (ctx, { sourceId, ...change }): Promise<null> => {
    const source = await requireSource(ctx, ctx.orgId, sourceId);
    await changeSource(ctx, source, change);
    await note(ctx, { member: ctx.member, source, action: "booking_source.changed" });
    return null;
  },
});

/** Gives a source a new signing secret, or the one the booking system made; the old one is void at once. */
export const renewSecret = memberMutation("connections.manage")({
  args: { sourceId: v.id("bookingSources"), secret: v.optional(v.string()) },
  returns: v.object({ secret: v.string() }),
  handler: async (ctx, { sourceId, secret }) => {
    const source = await requireSource(ctx, ctx.orgId, sourceId);
    const set = await setSourceSecret(ctx, source, secret);
    await note(ctx, { member: ctx.member, source, action: "booking_source.secret_renewed" });
    return { secret: set };
  },
});

/** Reads a refused delivery once more. Throws `not_found`, and `conflict` when it has been used already. */
export const replay = memberMutation("connections.manage")({
  args: { sourceId: v.id("bookingSources"), rawEventId: v.id("rawEvents") },
  returns: v.null(),
  handler: async (ctx, { sourceId, rawEventId }): Promise<null> => {
    await replayDelivery(ctx, await requireSource(ctx, ctx.orgId, sourceId), rawEventId);
    return null;
  },
});
