import { literals } from "convex-helpers/validators";
import { defineTable } from "convex/server";
import { v } from "convex/values";
import { ACTIONS, ALERT_KINDS, SEVERITIES } from "./rules";

export const vAlertKind = literals(...ALERT_KINDS);
export const vSeverity = literals(...SEVERITIES);
export const vAlertAction = literals(...ACTIONS);

export const alertTables = {
  // Something that is or was the matter with sending. Written by the watcher every minute; read by the monitoring screen;
  // resolved ones pruned after a year.
  alerts: defineTable({
    orgId: v.id("organisations"),
    /** The same as long as it is the same matter. */
    key: v.string(),
    kind: vAlertKind,
    severity: vSeverity,
    /** What Switchboard does about it by itself. */
    action: vAlertAction,
    /** Figures and names for the sentence on the screen; of the last look. */
    values: v.record(v.string(), v.union(v.string(), v.number())),
    since: v.number(),
    lastSeenAt: v.number(),
    resolvedAt: v.optional(v.number()),
    isOpen: v.boolean(),
  })
    .index("by_org", ["orgId", "isOpen", "since"])
    .index("by_age", ["isOpen", "since"]),
};
