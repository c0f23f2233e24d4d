import { v } from "convex/values";
import { memberQuery } from "../../lib/functions";
import { DEFAULT_SETTINGS } from "./defaults";
import { settingsOf } from "./model";
import { vSettings } from "./schema";

/** The delivery settings that hold, and the defaults to go back to. */
export const get = memberQuery("delivery.read")({
  args: {},
  returns: v.object({ settings: vSettings, defaults: vSettings }),
  handler: async (ctx) => ({ settings: await settingsOf(ctx, ctx.orgId), defaults: DEFAULT_SETTINGS }),
});
