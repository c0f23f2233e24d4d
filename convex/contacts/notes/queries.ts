import { v } from "convex/values";
import { memberQuery } from "../../lib/functions";
import { requireMemberOf } from "../../orgs/model";
import { requireContact } from "../model";
import { notesOf } from "./model";

/** Notes about a contact, newest first. */
export const list = memberQuery("contacts.read")({
  args: { contactId: v.id("contacts") },
  returns: v.array(v.object({ id: v.id("contactNotes"), text: v.string(), authorName: v.string(), at: v.number() })),
  handler: async (ctx, { contactId }) => {
    await requireContact(ctx, ctx.orgId, contactId);
    const notes = await notesOf(ctx, contactId);
    return await Promise.all(
      notes.map(async ({ _id: id, text, authorId, _creationTime: at }) => {
        const { displayName: authorName } = await requireMemberOf(ctx, ctx.orgId, authorId);
        return { id, text, authorName, at };
      }),
    );
  },
});
