import { v } from "convex/values";
import { memberMutation } from "../../lib/functions";
import { replayDelivery } from "./deliveries/model";
import * as model from "./model";
import { vWebhookKind } from "./schema";

const vFields = { url: v.string(), description: v.string(), kinds: v.array(vWebhookKind) };
const vEndpoint = { endpointId: v.id("webhookEndpoints") };

/** Adds an address for events. `secret` is in this answer only. Throws `invalid` with the field. */
export const add = memberMutation("api.manage")({
  args: vFields,
  returns: v.object({ endpointId: v.id("webhookEndpoints"), secret: v.string() }),
  handler: async (ctx, fields) => await model.addEndpoint(ctx, { orgId: ctx.orgId, memberId: ctx.member._id }, fields),
});

/** Changes the address or its events. */
export const change = memberMutation("api.manage")({
  args: { ...vEndpoint, ...vFields },
  returns: v.null(),
  handler: async (ctx, { endpointId, ...fields }): Promise<null> => {
    const endpoint = await model.requireEndpoint(ctx, ctx.orgId, endpointId);
    await model.changeEndpoint(ctx, { orgId: ctx.orgId, memberId: ctx.member._id }, endpoint, fields);
    return null;
  },
});

/** Switches an endpoint on or off. */
export const setEnabled = memberMutation("api.manage")({
  args: { ...vEndpoint, isEnabled: v.boolean() },
  returns: v.null(),
  handler: async (ctx, { endpointId, isEnabled }): Promise<null> => {
    const endpoint = await model.requireEndpoint(ctx, ctx.orgId, endpointId);
    await model.setEndpointEnabled(ctx, { orgId: ctx.orgId, memberId: ctx.member._id }, endpoint, isEnabled);
    return null;
  },
});

/** Makes a new signing secret, in this answer only; the old one signs too for a day. */
export const rotate = memberMutation("api.manage")({
  args: vEndpoint,
  returns: v.string(),
  handler: async (ctx, { endpointId }) => {
    const endpoint = await model.requireEndpoint(ctx, ctx.orgId, endpointId);
    return await model.rotateSecret(ctx, { orgId: ctx.orgId, memberId: ctx.member._id }, endpoint);
  },
});

/** Removes an endpoint. */
export const remove = memberMutation("api.manage")({
  args: vEndpoint,
  returns: v.null(),
  handler: async (ctx, { endpointId }): Promise<null> => {
    const endpoint = await model.requireEndpoint(ctx, ctx.orgId, endpointId);
    await model.removeEndpoint(ctx, { orgId: ctx.orgId, memberId: ctx.member._id }, endpoint);
    return null;
  },
});

/** Sends an ended delivery again. */
export const replay = memberMutation("api.manage")({
  args: { deliveryId: v.id("webhookDeliveries") },
  returns: v.null(),
  handler: async (ctx, { deliveryId }): Promise<null> => {
    await replayDelivery(ctx, ctx.orgId, deliveryId);
    return null;
  },
});
