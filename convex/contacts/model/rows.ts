import type { WithoutSystemFields } from "convex/server";
import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx } from "../../_generated/server";

// The only file that writes the table `contacts`: each row says when the person, their addresses included, changed last.

type Fields = Omit<WithoutSystemFields<Doc<"contacts">>, "changedAt">;

/** Makes the row of a contact. */
export async function insertContact(ctx: MutationCtx, fields: Fields): Promise<Id<"contacts">> {
  return await ctx.db.insert("contacts", { ...fields, changedAt: Date.now() });
}

/** Changes the row of a contact. */
export async function patchContact(
  ctx: MutationCtx,
  contactId: Id<"contacts">,
  patch: Partial<Omit<Fields, "orgId">>,
): Promise<void> {
  await ctx.db.patch("contacts", contactId, { ...patch, changedAt: Date.now() });
}

/** Says that something of a contact changed that lies in another table. Nothing happens to one that is gone. */
export async function touchContact(ctx: MutationCtx, contactId: Id<"contacts">): Promise<void> {
  const contact = await ctx.db.get("contacts", contactId);
  if (contact !== null && contact.changedAt !== Date.now()) await patchContact(ctx, contactId, {});
}

/** Takes the row of a contact away. */
export async function deleteContact(ctx: MutationCtx, contactId: Id<"contacts">): Promise<void> {
  await ctx.db.delete("contacts", contactId);
}
