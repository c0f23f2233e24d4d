import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx } from "../../_generated/server";
import { insertContact, patchContact } from "../model/rows";

/**
 * Stands for somebody of the team where a message needs a recipient: a row that is in no list, segment, search or export
 * and owns no address, so that what this person writes to the business still makes a contact like anybody's.
 */
export async function staffContact(
  ctx: MutationCtx,
  { orgId, email, name }: { orgId: Id<"organisations">; email: string; name: string },
): Promise<Doc<"contacts">["_id"]> {
  const staffEmail = email.trim().toLowerCase();
  const known = await ctx.db
    .query("contacts")
    .withIndex("by_org", (q) => q.eq("orgId", orgId).eq("staffEmail", staffEmail))
    .first();
  if (known === null) {
    return await insertContact(ctx, { orgId, name, staffEmail, attributes: {}, searchText: "" });
  }
  if (known.name !== name) await patchContact(ctx, known._id, { name });
  return known._id;
}
