import type { Id } from "../../../_generated/dataModel";
import type { MutationCtx } from "../../../_generated/server";

/** Removes a line of an import, with what it says about orders. */
export async function deleteRow(ctx: MutationCtx, rowId: Id<"contactImportRows">): Promise<void> {
  for await (const { _id } of ctx.db.query("contactImportOrders").withIndex("by_row", (q) => q.eq("rowId", rowId))) {
    await ctx.db.delete("contactImportOrders", _id);
  }
  await ctx.db.delete("contactImportRows", rowId);
}
