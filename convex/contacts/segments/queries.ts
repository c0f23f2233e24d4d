import { paginationOptsValidator, paginationResultValidator } from "convex/server";
import { v } from "convex/values";
import { memberQuery } from "../../lib/functions";
import { requireContact } from "../model";
import { allSegments, listSegments, presentSegment, requireRule, requireSegment } from "./model";
import { countMembers, judgeAmong, judgeContact, pageOfMembers } from "./model/members";
import { vSegmentFinding, vSegmentRule } from "./schema";

const segmentFields = {
  id: v.id("segments"),
  name: v.string(),
  description: v.string(),
  rule: vSegmentRule,
  isArchived: v.boolean(),
  updatedAt: v.number(),
};
const verdictFields = { isIn: v.boolean(), findings: v.array(vSegmentFinding) };

/** Segments by name, those that are offered or the archived ones. */
export const list = memberQuery("contacts.read")({
  args: { isArchived: v.boolean(), paginationOpts: paginationOptsValidator },
  returns: paginationResultValidator(v.object(segmentFields)),
  handler: async (ctx, asked) => await listSegments(ctx, ctx.orgId, asked),
});

/** Every segment by name, archived ones behind the others: to choose from, and to call one by its name. */
export const options = memberQuery("contacts.read")({
  args: {},
  returns: v.array(v.object({ id: v.id("segments"), name: v.string(), isArchived: v.boolean() })),
  handler: async (ctx) =>
    [...(await allSegments(ctx, ctx.orgId)), ...(await allSegments(ctx, ctx.orgId, true))].map(
      ({ _id: id, name, isArchived }) => ({ id, name, isArchived }),
    ),
});

/** One segment. Throws `not_found`. */
export const get = memberQuery("contacts.read")({
  args: { segmentId: v.id("segments") },
  returns: v.object(segmentFields),
  handler: async (ctx, { segmentId }) => presentSegment(await requireSegment(ctx, ctx.orgId, segmentId)),
});

/** How many contacts a rule lets in, saved or not: exactly, or at least so many where `isAll` is false. */
export const count = memberQuery("contacts.read")({
  args: { rule: vSegmentRule },
  returns: v.object({ count: v.number(), isAll: v.boolean() }),
  handler: async (ctx, { rule }) => {
    requireRule(rule);
    return await countMembers(ctx, ctx.orgId, rule, Date.now());
  },
});

/** Whom a rule lets in, saved or not, by name and each with why. A page may be empty although more follow. */
export const members = memberQuery("contacts.read")({
  args: { rule: vSegmentRule, paginationOpts: paginationOptsValidator },
  returns: paginationResultValidator(
    v.object({ id: v.id("contacts"), name: v.string(), findings: verdictFields.findings }),
  ),
  handler: async (ctx, { rule, paginationOpts }) => {
    requireRule(rule);
    const result = await pageOfMembers(ctx, ctx.orgId, { rule, paginationOpts, now: Date.now() });
    const page = result.page.map(({ contact, verdict }) => ({
      id: contact._id,
      name: contact.name,
      findings: verdict.findings,
    }));
    return { ...result, page };
  },
});

/** Why a rule lets one contact in, or does not. Throws `not_found`. */
export const explain = memberQuery("contacts.read")({
  args: { rule: vSegmentRule, contactId: v.id("contacts") },
  returns: v.object(verdictFields),
  handler: async (ctx, { rule, contactId }) => {
    requireRule(rule);
    return await judgeContact(ctx, await requireContact(ctx, ctx.orgId, contactId), rule, Date.now());
  },
});

/** Every segment that is offered, with whether and why one contact is in it. Throws `not_found`. */
export const ofContact = memberQuery("contacts.read")({
  args: { contactId: v.id("contacts") },
  returns: v.array(v.object({ id: v.id("segments"), name: v.string(), rule: vSegmentRule, ...verdictFields })),
  handler: async (ctx, { contactId }) => {
    const contact = await requireContact(ctx, ctx.orgId, contactId);
    const segments = await allSegments(ctx, ctx.orgId);
    const verdicts = await judgeAmong(ctx, contact, segments, Date.now());
    return segments.flatMap(({ _id, name, rule }) => {
      const verdict = verdicts.get(_id);
      return verdict === undefined ? [] : [{ id: _id, name, rule, ...verdict }];
    });
  },
});
