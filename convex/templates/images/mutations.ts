import { v } from "convex/values";
import { memberMutation } from "../../lib/functions";
import * as model from "./model";
import { vAddedImage } from "./schema";

/** An address to upload one picture to (Convex: POST the bytes, the answer names the `storageId`). */
export const uploadUrl = memberMutation("templates.edit")({
  args: {},
  returns: v.string(),
  handler: async (ctx) => await ctx.storage.generateUploadUrl(),
});

/** Makes an upload a picture that templates can show, or says why it cannot be one. */
export const add = memberMutation("templates.edit")({
  args: { storageId: v.id("_storage"), name: v.string() },
  returns: vAddedImage,
  handler: async (ctx, upload) => await model.addImage(ctx, ctx.orgId, upload),
});
