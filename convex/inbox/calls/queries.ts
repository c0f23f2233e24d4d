import { memberQuery } from "../../lib/functions";
import { callSettings } from "./model/settings";
import { vCallSettings } from "./schema";

/** What calls mean for the deadlines. */
export const settings = memberQuery("inbox.read")({
  args: {},
  returns: vCallSettings,
  handler: async (ctx) => await callSettings(ctx, ctx.orgId),
});
