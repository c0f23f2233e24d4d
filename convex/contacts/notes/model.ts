import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { record } from "../../audit/model";
import { moveRows, type Move, type Moved } from "../../lib/contactMoves";
import { appError } from "../../lib/errors";
import { goesOnAs, requireContact } from "../model";

/** Notes of one contact; more are a diary. */
const MAX_NOTES = 200;
const MAX_NOTE_CHARS = 4_000;

/** Notes about a contact, newest first. The contact must have been loaded with `requireContact`. */
export async function notesOf(ctx: QueryCtx, contactId: Id<"contacts">): Promise<Doc<"contactNotes">[]> {
  return await ctx.db
    .query("contactNotes")
    .withIndex("by_contact", (q) => q.eq("contactId", contactId))
    .order("desc")
    .take(MAX_NOTES);
}

/** Keeps a note. The same `clientId` again changes nothing. Throws `invalid` with the field. */
export async function addNote(
  ctx: MutationCtx,
  member: Doc<"members">,
  asked: { contactId: Id<"contacts">; text: string; clientId: string },
): Promise<Id<"contactNotes">> {
  const { orgId, _id: authorId } = member;
  const { _id: contactId, erasedAt } = await goesOnAs(ctx, await requireContact(ctx, orgId, asked.contactId));
  if (erasedAt !== undefined) throw appError("conflict", "This person was erased.");
  const known = await ctx.db
    .query("contactNotes")
    .withIndex("by_client", (q) => q.eq("authorId", authorId).eq("clientId", asked.clientId))
    .first();
  if (known !== null) return known._id;
  const text = asked.text.trim();
  if (text === "" || text.length > MAX_NOTE_CHARS) {
    throw appError("invalid", `A note has 1 to ${MAX_NOTE_CHARS} characters.`, { field: "text" });
  }
  if ((await notesOf(ctx, contactId)).length >= MAX_NOTES) {
    throw appError("invalid", `A contact has at most ${MAX_NOTES} notes.`, { field: "text" });
  }
  return await ctx.db.insert("contactNotes", { orgId, contactId, authorId, text, clientId: asked.clientId });
}

/** Takes a note away, of whoever wrote it; the record keeps that it was there. Twice changes nothing more. */
export async function removeNote(ctx: MutationCtx, member: Doc<"members">, noteId: Id<"contactNotes">): Promise<void> {
  const note = await ctx.db.get("contactNotes", noteId);
  if (note === null) return;
  if (note.orgId !== member.orgId) throw appError("not_found", "This note does not exist.");
  await ctx.db.delete("contactNotes", noteId);
  await record(ctx, {
    orgId: member.orgId,
    actor: { kind: "member", memberId: member._id },
    action: "contact.note_removed",
    subject: { table: "contacts", id: note.contactId },
  });
}

/** Removes everything noted about a person; returns how many there were. */
export async function eraseNotes(ctx: MutationCtx, contactId: Id<"contacts">): Promise<number> {
  const notes = await notesOf(ctx, contactId);
  for (const { _id } of notes) await ctx.db.delete("contactNotes", _id);
  return notes.length;
}

/** Hands notes over to another contact. */
export async function moveNotes(ctx: MutationCtx, move: Move): Promise<Moved> {
  const { from, to } = move;
  return await moveRows<Doc<"contactNotes">>(move, {
    page: async (options) =>
      await ctx.db
        .query("contactNotes")
        .withIndex("by_contact", (q) => q.eq("contactId", from))
        .paginate(options),
    get: async (id) => {
      const known = ctx.db.normalizeId("contactNotes", id);
      return known === null ? null : await ctx.db.get("contactNotes", known);
    },
    isOf: (row, contactId) => row.contactId === contactId,
    move: async ({ _id }) => {
      await ctx.db.patch("contactNotes", _id, { contactId: to });
      return true;
    },
  });
}
