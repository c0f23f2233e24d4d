import { literals } from "convex-helpers/validators";
import { paginationOptsValidator, paginationResultValidator } from "convex/server";
import { v } from "convex/values";
import { memberQuery } from "../../lib/functions";
import { vRawEventKind, vRefusedCallWhy } from "../schema";
import { listUnread, refusedSeries, UNREAD_GROUPS, unreadDetail, unreadSummary } from "./model";
import { sourceName } from "./model/sources";

const vGroup = literals(...UNREAD_GROUPS);
const vText = v.union(v.string(), v.null());

const unreadFields = {
  id: v.id("rawEvents"),
  kind: vRawEventKind,
  /** Name of the account or mailbox it came over. */
  source: vText,
  receivedAt: v.number(),
  /** "processed": it was read while somebody looked. */
  group: literals(...UNREAD_GROUPS, "processed"),
  code: vText,
  field: vText,
  reason: vText,
  attempts: v.number(),
  from: vText,
  subject: vText,
  sizeBytes: v.number(),
};

/** How much came in and could not be read (in each group at most 50 are counted), since when, and calls refused in series. */
export const summary = memberQuery("delivery.read")({
  args: { now: v.number() },
  returns: v.object({
    count: v.number(),
    isMore: v.boolean(),
    oldestAt: v.union(v.number(), v.null()),
    refusedCalls: v.number(),
    groups: v.array(
      v.object({ group: vGroup, count: v.number(), isMore: v.boolean(), oldestAt: v.union(v.number(), v.null()) }),
    ),
  }),
  handler: async (ctx, { now }) => await unreadSummary(ctx, ctx.orgId, now),
});

/** A page of what lies unread in one way, newest first. */
export const list = memberQuery("intake.manage")({
  args: { group: vGroup, now: v.number(), paginationOpts: paginationOptsValidator },
  returns: paginationResultValidator(v.object(unreadFields)),
  handler: async (ctx, args) => await listUnread(ctx, ctx.orgId, args),
});

/** One of them with what is kept of it; keys are not shown. */
export const get = memberQuery("intake.manage")({
  args: { rawEventId: v.id("rawEvents") },
  returns: v.object({ ...unreadFields, text: vText, originalUrl: vText, isBeginning: v.boolean() }),
  handler: async (ctx, { rawEventId }) => await unreadDetail(ctx, ctx.orgId, rawEventId),
});

/** Sources whose calls were refused one after the other, until somebody saw to it. */
export const refused = memberQuery("intake.manage")({
  args: {},
  returns: v.array(
    v.object({
      id: v.id("refusedCalls"),
      source: vText,
      why: vRefusedCallWhy,
      count: v.number(),
      since: v.number(),
      lastAt: v.number(),
    }),
  ),
  handler: async (ctx) => {
    const series = await refusedSeries(ctx, ctx.orgId);
    return await Promise.all(
      series.map(async ({ _id: id, sourceId, why, count, since, lastAt }) => {
        return { id, source: await sourceName(ctx, ctx.orgId, sourceId), why, count, since, lastAt };
      }),
    );
  },
});
