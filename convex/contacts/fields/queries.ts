import { v } from "convex/values";
import { memberQuery } from "../../lib/functions";
import { fieldsOfOrg } from "./model";
import { vField } from "./schema";

/** What the organisation keeps about its contacts, archived attributes included. */
export const list = memberQuery("contacts.read")({
  args: {},
  returns: v.array(vField),
  handler: async (ctx) => await fieldsOfOrg(ctx, ctx.orgId),
});
