import type { Id } from "../../_generated/dataModel";
import type { MutationCtx } from "../../_generated/server";
import { addressesOf, requireContact } from "../../contacts/model";
import type { ErasedPage } from "../../lib/dataSubjects";

const PAGE = 200;

/** Empties the simulated devices of a person. */
export async function eraseDevices(
  ctx: MutationCtx,
  orgId: Id<"organisations">,
  contactId: Id<"contacts">,
): Promise<ErasedPage> {
  await requireContact(ctx, orgId, contactId);
  let count = 0;
  for (const address of new Set((await addressesOf(ctx, contactId)).map((row) => row.address))) {
    const messages = await ctx.db
      .query("sandboxMessages")
      .withIndex("by_device", (q) => q.eq("orgId", orgId).eq("address", address))
      .take(PAGE - count);
    for (const { _id } of messages) await ctx.db.delete("sandboxMessages", _id);
    count += messages.length;
    if (count >= PAGE) return { count, cursor: "more" };
  }
  return { count, cursor: null };
}
