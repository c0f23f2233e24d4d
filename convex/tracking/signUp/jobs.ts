import { v, type Infer } from "convex/values";
import { vProof } from "../../contacts/consents/schema";
import { internalMutation, internalQuery } from "../../lib/functions";
import { vCustomerLanguage } from "../../lib/languages";
import { takeToken } from "../../lib/rateLimits";
import { brandOf, requireOrg } from "../../orgs/model";
import { vBrand } from "../../orgs/schema";
import { formView, openForm } from "./model";
import { noteTrapped, receive, type Received } from "./model/receive";

const vOpenForm = v.object({
  origins: v.array(v.string()),
  thanks: v.optional(v.string()),
  redirectUrl: v.optional(v.string()),
  brand: v.object({ name: v.string(), ...vBrand.fields }),
  view: v.object({
    url: v.string(),
    language: vCustomerLanguage,
    fields: v.array(v.union(v.literal("email"), v.literal("phone"))),
    wording: v.string(),
    wordingVersion: v.number(),
  }),
});

/** A form that takes submissions, as its handlers need it. */
export type OpenForm = Infer<typeof vOpenForm>;

/** The form of an address, or null for one that takes nothing. */
export const find = internalQuery({
  args: { key: v.string() },
  returns: v.union(vOpenForm, v.null()),
  handler: async (ctx, { key }): Promise<OpenForm | null> => {
    const form = await openForm(ctx, key);
    if (form === null) return null;
    const { origins, thanks, redirectUrl } = form;
    const view = await formView(ctx, form);
    const brand = brandOf(await requireOrg(ctx, form.orgId));
    return { origins, thanks, redirectUrl, brand, view: { ...view, fields: [...view.fields] } };
  },
});

/** Takes a filled form. Null when the form is gone meanwhile. Throws AppError `rate_limited`. */
export const submit = internalMutation({
  args: {
    key: v.string(),
    caller: v.string(),
    /** Null: a machine in the trap. */
    submission: v.union(
      v.null(),
      v.object({
        name: v.optional(v.string()),
        email: v.optional(v.string()),
        phone: v.optional(v.string()),
        wording: v.optional(v.number()),
      }),
    ),
    proof: vProof,
  },
  returns: v.union(
    v.null(),
    v.object({ kind: v.literal("accepted") }),
    v.object({ kind: v.literal("invalid"), field: v.string(), message: v.string() }),
  ),
  handler: async (ctx, { key, caller, submission, proof }): Promise<Received | null> => {
    await takeToken(ctx, "signUpCaller", caller);
    await takeToken(ctx, "signUpForm", key);
    const form = await openForm(ctx, key);
    if (form === null) return null;
    return submission === null ? await noteTrapped(ctx, form) : await receive(ctx, form, submission, proof);
  },
});
