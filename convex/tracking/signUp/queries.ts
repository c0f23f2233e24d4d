import { v, type Infer } from "convex/values";
import { memberQuery } from "../../lib/functions";
import { listForms, vSignUpForm } from "./model";

/** The organisation's sign-up forms, oldest first. */
export const list = memberQuery("contacts.read")({
  args: {},
  returns: v.array(vSignUpForm),
  handler: async (ctx): Promise<Infer<typeof vSignUpForm>[]> => await listForms(ctx, ctx.orgId),
});
