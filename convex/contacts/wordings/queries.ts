import { literals } from "convex-helpers/validators";
import { v } from "convex/values";
import { memberQuery } from "../../lib/functions";
import { vCustomerLanguage } from "../../lib/languages";
import { WORDING_KEYS } from "./defaults";
import { currentWordings } from "./model";

/** The newest wording of every occasion in every language. */
export const list = memberQuery("contacts.read")({
  args: {},
  returns: v.array(
    v.object({ key: literals(...WORDING_KEYS), language: vCustomerLanguage, version: v.number(), text: v.string() }),
  ),
  handler: async (ctx) => await currentWordings(ctx, ctx.orgId),
});
