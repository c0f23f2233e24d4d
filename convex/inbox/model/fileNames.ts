import type { Id } from "../../_generated/dataModel";
import type { MutationCtx } from "../../_generated/server";

/** Names of one message that are removed; no message has more files. */
const MAX_NAMES = 200;

type OfMessage = { orgId: Id<"organisations">; messageId: Id<"messages"> };

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
