import type { PaginationOptions } from "convex/server";
import type { Doc, Id } from "../../../_generated/dataModel";
import type { QueryCtx } from "../../../_generated/server";
import { judgeSegment, needsOfRules, scanSize, type SegmentVerdict } from "../rules";
import type { SegmentRule } from "../schema";
import { segmentFacts } from "./facts";

/** Contacts a page looks at. */
const PAGE_SCAN = 100;
/** Contacts a count looks at: more of them it says with "at least". */
const COUNT_SCAN = 500;

/** Whether and why one contact is in what `rule` says. */
export async function judgeContact(
  ctx: QueryCtx,
  contact: Doc<"contacts">,
  rule: SegmentRule,
  now: number,
): Promise<SegmentVerdict> {
  return judgeSegment(rule, await segmentFacts(ctx, contact, needsOfRules([rule])), now);
}

/** The same for several segments at once: what they ask is read once. */
export async function judgeAmong(
  ctx: QueryCtx,
  contact: Doc<"contacts">,
  segments: readonly Doc<"segments">[],
  now: number,
): Promise<Map<Id<"segments">, SegmentVerdict>> {
  if (segments.length === 0) return new Map();
  const facts = await segmentFacts(ctx, contact, needsOfRules(segments.map(({ rule }) => rule)));
  return new Map(segments.map(({ _id, rule }) => [_id, judgeSegment(rule, facts, now)]));
}

/**
 * Those whom `rule` lets in among the next contacts by name, each with why. However many are asked for, a page looks at
 * as many contacts as one query can: it may be empty although more follow.
 */
export async function pageOfMembers(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  { rule, paginationOpts, now }: { rule: SegmentRule; paginationOpts: PaginationOptions; now: number },
) {
  const needs = needsOfRules([rule]);
  const result = await ctx.db
    .query("contacts")
    .withIndex("by_org", (q) => q.eq("orgId", orgId).eq("staffEmail", undefined))
    .paginate({ ...paginationOpts, numItems: scanSize(needs, PAGE_SCAN) });
  const judged = await Promise.all(
    result.page.map(async (contact) => ({
      contact,
      verdict: judgeSegment(rule, await segmentFacts(ctx, contact, needs), now),
    })),
  );
  return { ...result, page: judged.filter(({ verdict }) => verdict.isIn) };
}

/** How many of the first contacts by name are in; `isAll` when those are all there are. */
export async function countMembers(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  rule: SegmentRule,
  now: number,
): Promise<{ count: number; isAll: boolean }> {
  const needs = needsOfRules([rule]);
  const size = scanSize(needs, COUNT_SCAN);
  const contacts = await ctx.db
    .query("contacts")
    .withIndex("by_org", (q) => q.eq("orgId", orgId).eq("staffEmail", undefined))
    .take(size + 1);
  const judged = await Promise.all(
    contacts
      .slice(0, size)
      .map(async (contact) => judgeSegment(rule, await segmentFacts(ctx, contact, needs), now).isIn),
  );
  return { count: judged.filter(Boolean).length, isAll: contacts.length <= size };
}
