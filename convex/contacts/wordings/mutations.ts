import { literals } from "convex-helpers/validators";
import { v } from "convex/values";
import { memberMutation } from "../../lib/functions";
import { vCustomerLanguage } from "../../lib/languages";
import { WORDING_KEYS } from "./defaults";
import { publishWording } from "./model";

/** Makes a new version of a wording; what was agreed to under the old ones stays with them. */
export const publish = memberMutation("consent.manage")({
  args: { key: literals(...WORDING_KEYS), language: vCustomerLanguage, text: v.string() },
  returns: v.null(),
  handler: async (ctx, wording) => {
    await publishWording(ctx, { orgId: ctx.orgId, memberId: ctx.member._id, ...wording });
    return null;
  },
});
