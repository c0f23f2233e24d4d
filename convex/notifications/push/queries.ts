import { v } from "convex/values";
import { memberQuery } from "../../lib/functions";
import { devicesOf } from "./model/devices";
import { pushKeys } from "./model/keys";

/** The key browsers subscribe with (null until `mutations:prepare`), and the caller's devices, oldest first. */
export const state = memberQuery("inbox.read")({
  args: {},
  returns: v.object({
    publicKey: v.union(v.null(), v.string()),
    devices: v.array(
      v.object({
        id: v.id("pushDevices"),
        name: v.string(),
        /** How a browser finds itself in the list. */
        endpoint: v.string(),
        addedAt: v.number(),
        lastSentAt: v.optional(v.number()),
        problem: v.optional(v.string()),
      }),
    ),
  }),
  handler: async (ctx) => {
    const [keys, devices] = [await pushKeys(ctx), await devicesOf(ctx, ctx.member._id)];
    return {
      publicKey: keys?.publicKey ?? null,
      devices: devices.map(({ _id: id, name, endpoint, _creationTime: addedAt, lastSentAt, problem }) => ({
        id,
        name,
        endpoint,
        addedAt,
        lastSentAt,
        problem,
      })),
    };
  },
});
