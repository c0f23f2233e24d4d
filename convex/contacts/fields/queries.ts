import { v } from "convex/values";
import { memberQuery } from "../../lib/functions";
import { fieldsOfOrg } from "./model";
import { vField, vFieldSubject } from "./schema";

/** What the organisation keeps about its contacts or conversations, archived attributes included. */
export const list = memberQuery("contacts.read")({
  args: { subject: vFieldSubject },
  returns: v.array(vField),
  handler: async (ctx, { subject }) => await fieldsOfOrg(ctx, ctx.orgId, subject),
});
