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

/** True when a file has these bytes. */
export async function isStored(ctx: QueryCtx, storageId: Id<"_storage">): Promise<boolean> {
  const file = await ctx.db
    .query("files")
    .withIndex("by_storage", (q) => q.eq("storageId", storageId))
    .first();
  return file !== null;
}

/** Another file with the same bytes: removing one leaves the other as it is. */
export async function copyFile(ctx: MutationCtx, { _id, _creationTime, ...file }: Doc<"files">): Promise<Doc<"files">> {
  return await requireFile(ctx, file.orgId, await recordFile(ctx, file));
}

/** Removes a file, and its bytes unless another file has them. One that is gone already is no error. */
export async function removeFile(ctx: MutationCtx, fileId: Id<"files">): Promise<void> {
  const file = await ctx.db.get("files", fileId);
  if (file === null) return;
  await ctx.db.delete("files", fileId);
  if (await isStored(ctx, file.storageId)) return;
  if ((await ctx.db.system.get("_storage", file.storageId)) !== null) await ctx.storage.delete(file.storageId);
}

/** What a screen shows of a file. `url` is null when the blob was removed. */
export async function presentFile(ctx: QueryCtx, file: Doc<"files">) {
  const { name, contentType, sizeBytes } = file;
  return { name, contentType, sizeBytes, url: await ctx.storage.getUrl(file.storageId) };
}
