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

/** The file whose id is in a text, if `orgId` owns it. */
export async function getFileByText(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  text: string,
): Promise<Doc<"files"> | null> {
  const id = ctx.db.normalizeId("files", text);
  const file = id === null ? null : await ctx.db.get("files", id);
  return file?.orgId === orgId ? file : null;
}

/** What was uploaded and is no file yet. Throws `not_found` for unknown bytes, and for those of a file. */
export async function requireUpload(
  ctx: QueryCtx,
  storageId: Id<"_storage">,
): Promise<{ contentType: string; sizeBytes: number }> {
  const blob = await ctx.db.system.get("_storage", storageId);
  if (blob === null || (await isStored(ctx, storageId))) throw appError("not_found", "This upload does not exist.");
  return { contentType: blob.contentType ?? "application/octet-stream", sizeBytes: blob.size };
}

/** Removes bytes that are no file; those of a file stay. */
export async function removeUpload(ctx: MutationCtx, storageId: Id<"_storage">): Promise<void> {
  if (await isStored(ctx, storageId)) return;
  if ((await ctx.db.system.get("_storage", storageId)) !== null) await ctx.storage.delete(storageId);
}

const MAX_NAME_CHARS = 200;

/** The name of an upload without what a path or a header could trip over; its end stays, where the type stands. */
export function safeFileName(name: string, otherwise: string): string {
  return name.replace(/[\p{Cc}/\\]/gu, "_").slice(-MAX_NAME_CHARS) || otherwise;
}

/** True when a file has these bytes. */
async function isStored(ctx: QueryCtx, storageId: Id<"_storage">): Promise<boolean> {
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
  await removeUpload(ctx, file.storageId);
}

/** What a screen shows of a file. `url` is null when the blob was removed. */
export async function presentFile(ctx: QueryCtx, file: Doc<"files">) {
  const { name, contentType, sizeBytes } = file;
  return { name, contentType, sizeBytes, url: await ctx.storage.getUrl(file.storageId) };
}
