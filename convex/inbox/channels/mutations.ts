import { literals } from "convex-helpers/validators";
import { v } from "convex/values";
import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx } from "../../_generated/server";
import type { AuditAction, AuditDetails } from "../../audit/actions";
import { record } from "../../audit/model";
import { vBusinessEntity } from "../../lib/closedSets";
import { memberMutation } from "../../lib/functions";
import { requireChannel, requireConnection } from "../../connections/model";
import * as model from "./model";
import { CHANNEL_KINDS } from "../../connections/channels/sets";

const vFields = {
  channelName: v.string(),
  /** Mailbox or number; empty: none. */
  address: v.string(),
  connectionId: v.union(v.id("connections"), v.null()),
  responseSlaHours: v.union(v.number(), v.null()),
  businessEntity: vBusinessEntity,
};

type Caller = { orgId: Id<"organisations">; member: Doc<"members"> };

async function recordChange(
  ctx: MutationCtx & Caller,
  channelId: Id<"channels">,
  action: AuditAction,
  details: AuditDetails = {},
): Promise<void> {
  await record(ctx, {
    orgId: ctx.orgId,
    actor: { kind: "member", memberId: ctx.member._id },
    action,
    subject: { table: "channels", id: channelId },
    details,
  });
}

async function accountName(ctx: MutationCtx & Caller, id: Id<"connections"> | null): Promise<string | null> {
  return id === null ? null : (await requireConnection(ctx, ctx.orgId, id)).name;
}

/** Sets up a mailbox or number. Throws `invalid` and `conflict` with the field at fault. */
export const add = memberMutation("connections.manage")({
  args: { channelType: literals(...CHANNEL_KINDS), ...vFields },
  returns: v.id("channels"),
  handler: async (ctx, { channelType, ...fields }) => {
    const channelId = await model.addChannel(ctx, ctx.org, channelType, fields);
    await recordChange(ctx, channelId, "channel.added", { channelType, name: fields.channelName.trim() });
    return channelId;
  },
});

/** Changes a mailbox or number; its type stays. Throws `invalid` and `conflict` with the field at fault. */
export const change = memberMutation("connections.manage")({
  args: { channelId: v.id("channels"), ...vFields },
  returns: v.null(),
  handler: async (ctx, { channelId, ...fields }): Promise<null> => {
    const channel = await requireChannel(ctx, ctx.orgId, channelId);
    const { channelName, connectionId, ...rest } = await model.changeChannel(ctx, ctx.org, channel, fields);
    const changes: AuditDetails = { ...rest };
    if (channelName !== undefined) changes.oldName = channel.channelName;
    if (connectionId !== undefined) changes.account = await accountName(ctx, fields.connectionId);
    if (Object.keys(changes).length === 0) return null;
    await recordChange(ctx, channelId, "channel.changed", { name: fields.channelName.trim(), ...changes });
    return null;
  },
});

/** Switches a channel on or off. What arrives while it is off is kept in it. */
export const setActive = memberMutation("connections.manage")({
  args: { channelId: v.id("channels"), isActive: v.boolean() },
  returns: v.null(),
  handler: async (ctx, { channelId, isActive }): Promise<null> => {
    const channel = await requireChannel(ctx, ctx.orgId, channelId);
    if (channel.isActive === isActive) return null;
    await model.setChannelActive(ctx, channel, isActive);
    await recordChange(ctx, channelId, isActive ? "channel.enabled" : "channel.disabled", {
      name: channel.channelName,
    });
    return null;
  },
});

/** Removes a channel no conversation lies in. Throws `conflict` where one does, or something names it. */
export const remove = memberMutation("connections.manage")({
  args: { channelId: v.id("channels") },
  returns: v.null(),
  handler: async (ctx, { channelId }): Promise<null> => {
    const channel = await requireChannel(ctx, ctx.orgId, channelId);
    await model.removeChannel(ctx, channel);
    const { channelName: name, channelType } = channel;
    await recordChange(ctx, channelId, "channel.removed", { name, channelType });
    return null;
  },
});
