import type { WithoutSystemFields } from "convex/server";
import type { Doc, Id } from "../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../_generated/server";
import { appError } from "../lib/errors";

/** Records a stored blob as an organisation's file. Returns the new row's id. */
export async function recordFile(ctx: MutationCtx, file: WithoutSystemFields<Doc<"files">>): Promise<Id<"files">> {
  return await ctx.db.insert("files", file);
}

/** The file, if `orgId` owns it. Throws `not_found` otherwise. */
export async function requireFile(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  fileId: Id<"files">,
): Promise<Doc<"files">> {
  const file = await ctx.db.get("files", fileId);
  if (file === null || file.orgId !== orgId) throw appError("not_found", "This file does not exist.");
  return file;
}

/** Removes a file and its bytes. One that is gone already is no error. */
export async function removeFile(ctx: MutationCtx, fileId: Id<"files">): Promise<void> {
  const file = await ctx.db.get("files", fileId);
  if (file === null) return;
  await ctx.db.delete("files", fileId);
  if ((await ctx.db.system.get("_storage", file.storageId)) !== null) await ctx.storage.delete(file.storageId);
}

/** What a screen shows of a file. `url` is null when the blob was removed. */
export async function presentFile(ctx: QueryCtx, file: Doc<"files">) {
  const { name, contentType, sizeBytes } = file;
  return { name, contentType, sizeBytes, url: await ctx.storage.getUrl(file.storageId) };
}
