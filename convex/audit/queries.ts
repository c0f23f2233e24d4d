import { paginationOptsValidator, paginationResultValidator } from "convex/server";
import { v } from "convex/values";
import { memberQuery } from "../lib/functions";
import { listEntries } from "./model";
import { vActor } from "./schema";

/** Who did what in the workspace, to one subject or by one member, newest first. */
export const list = memberQuery("audit.read")({
  args: {
    subject: v.optional(v.object({ table: v.string(), id: v.string() })),
    memberId: v.optional(v.id("members")),
    paginationOpts: paginationOptsValidator,
  },
  returns: paginationResultValidator(
    v.object({
      id: v.id("auditEntries"),
      actor: vActor,
      action: v.string(),
      subject: v.object({ table: v.string(), id: v.string() }),
      details: v.record(v.string(), v.union(v.string(), v.number(), v.boolean(), v.null())),
      at: v.number(),
    }),
  ),
  handler: async (ctx, args) => await listEntries(ctx, ctx.orgId, args),
});
