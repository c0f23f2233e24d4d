import { v } from "convex/values";
import { memberQuery } from "../../lib/functions";
import { listDomainHealth } from "./model";
import { vDomainCheck } from "./schema";

/** SPF, DKIM, DMARC and MX of every e-mail connection's sender domain, as the last look found them (product.md C-08). */
export const list = memberQuery("connections.read")({
  args: {},
  returns: v.array(
    v.object({
      connectionId: v.id("connections"),
      domain: v.string(),
      checks: v.array(vDomainCheck),
      checkedAt: v.optional(v.number()),
      isRunning: v.boolean(),
    }),
  ),
  handler: async (ctx) => {
    const rows = await listDomainHealth(ctx, ctx.orgId);
    return rows.map(({ connectionId, domain, checks, checkedAt, runningSince }) => ({
      connectionId,
      domain,
      checks,
      checkedAt,
      isRunning: runningSince !== undefined,
    }));
  },
});
