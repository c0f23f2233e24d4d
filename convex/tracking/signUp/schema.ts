import { defineTable } from "convex/server";
import { v, type Infer } from "convex/values";
import { vActor } from "../../audit/schema";
import { vAddressChannel } from "../../contacts/schema";
import { vCustomerLanguage } from "../../lib/languages";

/** What a member sets about a form. */
export const vSignUpSettings = v.object({
  name: v.string(),
  /** The language of its words, and of people nobody knows yet. */
  language: vCustomerLanguage,
  /** Key of the topic people sign up for; its purpose is the form's. */
  topic: v.string(),
  channels: v.array(vAddressChannel),
  /** Origins of the pages it may stand on ("https://www.haff.example"). */
  origins: v.array(v.string()),
  /** Said after signing up; without it a sentence of ours. */
  thanks: v.optional(v.string()),
  /** Where a plain form's browser goes afterwards; on one of the origins. */
  redirectUrl: v.optional(v.string()),
  isOn: v.boolean(),
});
export type SignUpSettings = Infer<typeof vSignUpSettings>;

export const signUpTables = {
  // Public forms by which people ask to be written to; each submission opens a confirmation (contacts/optIn). Written by
  // tracking, read by the forms' addresses and the consent screen. The words are versions in `consentWordings`.
  signUpForms: defineTable({
    orgId: v.id("organisations"),
    /** In its address; unguessable, but no secret: it stands on public pages. */
    key: v.string(),
    ...vSignUpSettings.fields,
    wordingVersion: v.number(),
    /** Confirmations asked for, submissions that needed none (known, repeated, closed), and machines caught. */
    counts: v.object({ asked: v.number(), quiet: v.number(), trapped: v.number() }),
    lastAt: v.optional(v.number()),
    createdBy: vActor,
  })
    .index("by_org", ["orgId"])
    .index("by_key", ["key"]),
};
