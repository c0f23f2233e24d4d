import { v } from "convex/values";
import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx } from "../../_generated/server";
import type { AuditAction, AuditDetails } from "../../audit/actions";
import { record } from "../../audit/model";
import { vChannel } from "../../lib/closedSets";
import { memberMutation } from "../../lib/functions";
import { requireConnection } from "../model";
import { vProvider } from "../schema";
import * as model from "./model";

const vFields = {
  name: v.string(),
  settings: v.record(v.string(), v.union(v.string(), v.number(), v.boolean())),
  secrets: v.record(v.string(), v.string()),
  ratePerSecond: v.number(),
  priceMicros: v.number(),
  weight: v.number(),
};

type Caller = { orgId: Id<"organisations">; member: Doc<"members"> };

/** Who changed which account; what the fields hold now is in the row, secrets nowhere. */
async function recordChange(
  ctx: MutationCtx & Caller,
  connectionId: Id<"connections">,
  action: AuditAction,
  details: AuditDetails = {},
): Promise<void> {
  await record(ctx, {
    orgId: ctx.orgId,
    actor: { kind: "member", memberId: ctx.member._id },
    action,
    subject: { table: "connections", id: connectionId },
    details,
  });
}

/** Sets up a provider account. Throws `invalid` with the field at fault. */
export const add = memberMutation("connections.manage")({
  args: { channel: vChannel, provider: vProvider, ...vFields },
  returns: v.id("connections"),
  handler: async (ctx, { channel, provider, ...fields }) => {
    const connectionId = await model.addAccount(ctx, ctx.orgId, channel, provider, fields);
    await recordChange(ctx, connectionId, "connection.added", { channel, provider, name: fields.name });
    return connectionId;
  },
});

/** Changes an account. Secrets are write-only: a name that is left out keeps its value, an empty text removes it. */
export const change = memberMutation("connections.manage")({
  args: { connectionId: v.id("connections"), ...vFields },
  returns: v.null(),
  handler: async (ctx, { connectionId, ...fields }): Promise<null> => {
    const connection = await requireConnection(ctx, ctx.orgId, connectionId);
    await model.changeAccount(ctx, connection, fields);
    const rotated = Object.keys(fields.secrets).join(", ");
    await recordChange(ctx, connectionId, "connection.changed", rotated === "" ? {} : { rotated });
    return null;
  },
});

/** Switches an account on or off. */
export const setEnabled = memberMutation("connections.manage")({
  args: { connectionId: v.id("connections"), isEnabled: v.boolean() },
  returns: v.null(),
  handler: async (ctx, { connectionId, isEnabled }): Promise<null> => {
    const connection = await requireConnection(ctx, ctx.orgId, connectionId);
    await model.setEnabled(ctx, connection, isEnabled);
    await recordChange(ctx, connectionId, isEnabled ? "connection.enabled" : "connection.disabled");
    return null;
  },
});

/** Puts all accounts of a channel in order: the first healthy one sends. */
export const reorder = memberMutation("connections.manage")({
  args: { channel: vChannel, connectionIds: v.array(v.id("connections")) },
  returns: v.null(),
  handler: async (ctx, { channel, connectionIds }): Promise<null> => {
    await model.reorder(ctx, ctx.orgId, channel, connectionIds);
    const [first] = connectionIds;
    if (first !== undefined) await recordChange(ctx, first, "connection.reordered", { channel });
    return null;
  },
});

/** Removes an account for good. */
export const remove = memberMutation("connections.manage")({
  args: { connectionId: v.id("connections") },
  returns: v.null(),
  handler: async (ctx, { connectionId }): Promise<null> => {
    const connection = await requireConnection(ctx, ctx.orgId, connectionId);
    await model.removeAccount(ctx, connection);
    await recordChange(ctx, connectionId, "connection.removed", {
      name: connection.name,
      provider: connection.provider,
    });
    return null;
  },
});
