import { literals } from "convex-helpers/validators";
import { defineTable } from "convex/server";
import { v } from "convex/values";
import { vChannel } from "../lib/closedSets";
import { GRAINS } from "./grains";
import { teamTables } from "./team/schema";

export const vGrain = literals(...GRAINS);

/** What is counted of one connection in one stretch of time; every field can be added up. */
export const vFigures = {
  accepted: v.number(),
  refused: v.number(),
  lost: v.number(),
  delivered: v.number(),
  read: v.number(),
  bounced: v.number(),
  failed: v.number(),
  complained: v.number(),
  unsubscribed: v.number(),
  /** By people; machines that fetch pictures and follow links are not readers (providers.md 7.6). */
  opened: v.number(),
  clicked: v.number(),
  /** Refusals by class (providers.md section 0). */
  errors: v.record(v.string(), v.number()),
  costMicros: v.number(),
  segments: v.number(),
  /** Histograms in the buckets of histogram.ts: the provider's time, and from due to the provider's call. */
  took: v.array(v.number()),
  queued: v.array(v.number()),
};

export const analyticsTables = {
  ...teamTables,
  // Figures of one connection in one stretch of time. Written by the roll-up job from attempts and receipts; read by the
  // monitoring screen and alerts. Minutes are pruned after two days, hours after 90, days and weeks stay.
  deliveryRollups: defineTable({
    orgId: v.id("organisations"),
    grain: vGrain,
    /** Start of the stretch, UTC ms. */
    at: v.number(),
    connectionId: v.id("connections"),
    channel: vChannel,
    ...vFigures,
  })
    .index("by_org", ["orgId", "grain", "at", "connectionId"])
    .index("by_age", ["grain", "at"]),
  // How far the roll-up job has read each of its sources, by creation time.
  rollupCursors: defineTable({ source: literals("attempts", "receipts", "events"), after: v.number() }).index(
    "by_source",
    ["source"],
  ),
};
