import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";

/** What flows over a connection, or null while nothing did. */
export async function flowOf(ctx: QueryCtx, connectionId: Id<"connections">): Promise<Doc<"connectionFlows"> | null> {
  return await ctx.db
    .query("connectionFlows")
    .withIndex("by_connection", (q) => q.eq("connectionId", connectionId))
    .unique();
}

/** Keeps tokens, provider pause and recent figures of a connection. */
export async function saveFlow(
  ctx: MutationCtx,
  key: Pick<Doc<"connectionFlows">, "orgId" | "connectionId">,
  row: Doc<"connectionFlows"> | null,
  values: Pick<Doc<"connectionFlows">, "bucket" | "pause" | "recent">,
): Promise<void> {
  if (row === null) await ctx.db.insert("connectionFlows", { ...key, ...values });
  else await ctx.db.patch("connectionFlows", row._id, values);
}
