import { paginationOptsValidator, paginationResultValidator } from "convex/server";
import { v } from "convex/values";
import { vActor } from "../../audit/schema";
import { vChannel, vPurpose } from "../../lib/closedSets";
import { memberQuery } from "../../lib/functions";
import { requireContact } from "../model";
import { listConsents } from "./model";
import { standingOf, vStanding } from "./model/standing";
import { vConsentState, vLegalBasis, vProof } from "./schema";

const vEntry = v.object({
  id: v.id("consents"),
  channel: vChannel,
  purpose: vPurpose,
  topic: v.optional(v.string()),
  state: vConsentState,
  basis: v.optional(vLegalBasis),
  wordingVersion: v.string(),
  wordingText: v.optional(v.string()),
  source: v.string(),
  actor: v.optional(vActor),
  proof: v.optional(vProof),
  reason: v.optional(v.string()),
  until: v.optional(v.number()),
  everyDays: v.optional(v.number()),
  at: v.number(),
  recordedAt: v.number(),
});

/** A person's whole ledger, newest entry first. */
export const ledger = memberQuery("contacts.read")({
  args: { contactId: v.id("contacts"), paginationOpts: paginationOptsValidator },
  returns: paginationResultValidator(vEntry),
  handler: async (ctx, { contactId, paginationOpts }) => {
    const contact = await requireContact(ctx, ctx.orgId, contactId);
    const result = await listConsents(ctx, contact, paginationOpts);
    const page = result.page.map((row) => {
      const { channel, purpose, topic, state, basis, wordingVersion, wordingText, source, actor } = row;
      const { proof, reason, until, everyDays, at } = row;
      const said = { channel, purpose, topic, state, basis, wordingVersion, wordingText, source, actor };
      return { id: row._id, ...said, proof, reason, until, everyDays, at, recordedAt: row._creationTime };
    });
    return { ...result, page };
  },
});

/** What may be sent to a person, topic by topic and channel by channel. */
export const standing = memberQuery("contacts.read")({
  args: { contactId: v.id("contacts") },
  returns: vStanding,
  handler: async (ctx, { contactId }) => {
    const contact = await requireContact(ctx, ctx.orgId, contactId);
    return await standingOf(ctx, ctx.org, contact, Date.now());
  },
});
