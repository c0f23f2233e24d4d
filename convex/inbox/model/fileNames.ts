import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx } from "../../_generated/server";
import { requireFile } from "../../files/model";

/** Names of one message that are removed; no message has more files. */
const MAX_NAMES = 200;

/** `at`: when the message was, UTC ms. */
type OfMessage = { orgId: Id<"organisations">; messageId: Id<"messages">; at: number };

/** Lets the search find a message by what its files are called. */
export async function noteFileNames(
  ctx: MutationCtx,
  message: OfMessage,
  files: readonly { name: string }[],
): Promise<void> {
  for (const { name } of files) await ctx.db.insert("fileNames", { ...message, name });
}

/** The search finds the message no more by its files. */
export async function forgetFileNames(ctx: MutationCtx, messageId: Id<"messages">): Promise<void> {
  const names = await ctx.db
    .query("fileNames")
    .withIndex("by_message", (q) => q.eq("messageId", messageId))
    .take(MAX_NAMES);
  for (const { _id } of names) await ctx.db.delete("fileNames", _id);
}

/** Adds what a message from before lacks: the names of its files, and when they were. May be done twice. */
export async function completeFileNames(ctx: MutationCtx, message: Doc<"messages">): Promise<void> {
  const { _id: messageId, orgId, at, fileIds } = message;
  if (fileIds.length === 0) return;
  const names = await ctx.db
    .query("fileNames")
    .withIndex("by_message", (q) => q.eq("messageId", messageId))
    .take(MAX_NAMES);
  for (const { _id, at: known } of names) if (known === undefined) await ctx.db.patch("fileNames", _id, { at });
  // Of a message either all names are there or none, but for a file that was fetched later.
  if (names.length >= fileIds.length) return;
  const files = await Promise.all(fileIds.map((fileId) => requireFile(ctx, orgId, fileId)));
  const isKnown = (name: string) => names.some((known) => known.name === name);
  await noteFileNames(
    ctx,
    { orgId, messageId, at },
    files.filter(({ name }) => !isKnown(name)),
  );
}
