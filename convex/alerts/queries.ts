import { paginationOptsValidator, paginationResultValidator } from "convex/server";
import { v } from "convex/values";
import { memberQuery } from "../lib/functions";
import { listOpen, listResolved } from "./model";
import { vAlertAction, vAlertKind, vSeverity } from "./schema";

const vAlert = v.object({
  id: v.id("alerts"),
  kind: vAlertKind,
  severity: vSeverity,
  action: vAlertAction,
  values: v.record(v.string(), v.union(v.string(), v.number())),
  since: v.number(),
  lastSeenAt: v.number(),
  resolvedAt: v.optional(v.number()),
});

/** What is the matter with sending now, critical first. */
export const open = memberQuery("delivery.read")({
  args: {},
  returns: v.array(vAlert),
  handler: async (ctx) => await listOpen(ctx, ctx.orgId),
});

/** What was the matter, newest first. */
export const resolved = memberQuery("delivery.read")({
  args: { paginationOpts: paginationOptsValidator },
  returns: paginationResultValidator(vAlert),
  handler: async (ctx, { paginationOpts }) => await listResolved(ctx, ctx.orgId, paginationOpts),
});
