import { v } from "convex/values";
import { memberMutation } from "../../lib/functions";
import { addNote, removeNote } from "./model";

/** Keeps a note about a contact; the same `clientId` again changes nothing. */
export const add = memberMutation("contacts.edit")({
  args: { contactId: v.id("contacts"), text: v.string(), clientId: v.string() },
  returns: v.id("contactNotes"),
  handler: async (ctx, note) => await addNote(ctx, ctx.member, note),
});

/** Takes a note away. */
export const remove = memberMutation("contacts.edit")({
  args: { noteId: v.id("contactNotes") },
  returns: v.null(),
  handler: async (ctx, { noteId }) => {
    await removeNote(ctx, ctx.member, noteId);
    return null;
  },
});
