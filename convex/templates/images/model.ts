import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { isStored, recordFile, requireFile } from "../../files/model";
import { appError } from "../../lib/errors";
import { allBlocks, type WrittenBlock } from "../documents/blocks";
import { readDocument } from "../documents/read";

/** Two megabytes: what a phone's photo comes to once made smaller; mails with more are slow to open. */
const MAX_IMAGE_BYTES = 2 * 1_024 * 1_024;
/** What mail clients show; SVG is not, and may hold scripts. */
const IMAGE_TYPES: readonly string[] = ["image/png", "image/jpeg", "image/gif", "image/webp"];
const MAX_NAME_CHARS = 200;

/**
 * Makes an upload a picture that templates can show. Throws `not_found` for an unknown upload, `invalid` for anything but
 * a picture of two megabytes at most; such an upload is removed again by the storage's own pruning.
 */
export async function addImage(
  ctx: MutationCtx,
  orgId: Id<"organisations">,
  { storageId, name }: { storageId: Id<"_storage">; name: string },
): Promise<Id<"files">> {
  const blob = await ctx.db.system.get("_storage", storageId);
  if (blob === null || (await isStored(ctx, storageId))) throw appError("not_found", "This upload does not exist.");
  const contentType = blob.contentType ?? "";
  if (!IMAGE_TYPES.includes(contentType)) {
    throw appError("invalid", "Pictures in mails are PNG, JPEG, GIF or WebP.", { field: "image" });
  }
  if (blob.size > MAX_IMAGE_BYTES) throw appError("invalid", "A picture may have 2 MB.", { field: "image" });
  return await recordFile(ctx, {
    orgId,
    storageId,
    name: name.replace(/[\p{Cc}/\\]/gu, "_").slice(-MAX_NAME_CHARS) || "image",
    contentType,
    sizeBytes: blob.size,
  });
}

/** A picture of the organisation as screens and mails show it; null when it is gone. */
export async function findImage(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  fileId: string,
): Promise<{ url: string; sizeBytes: number } | null> {
  const id = ctx.db.normalizeId("files", fileId);
  const file: Doc<"files"> | null = id === null ? null : await ctx.db.get("files", id);
  if (file === null || file.orgId !== orgId || !IMAGE_TYPES.includes(file.contentType)) return null;
  const url = await ctx.storage.getUrl(file.storageId);
  return url === null ? null : { url, sizeBytes: file.sizeBytes };
}

/** Where the pictures of a document (Tiptap JSON text) lie, by file; those that are gone are left out. */
export async function imagesIn(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  document: string | undefined,
): Promise<Record<string, string>> {
  const read = document === undefined ? null : readDocument(document);
  const fileIds = new Set(read?.ok === true ? imageFilesIn(read.blocks) : []);
  const images: Record<string, string> = {};
  for (const fileId of fileIds) {
    const image = await findImage(ctx, orgId, fileId);
    if (image !== null) images[fileId] = image.url;
  }
  return images;
}

function imageFilesIn(blocks: readonly WrittenBlock[]): string[] {
  return allBlocks(blocks).flatMap((block) =>
    block.kind === "image" && "fileId" in block.source ? [block.source.fileId] : [],
  );
}

/** Throws `not_found` when a document names a file that is no picture of the organisation. */
export async function checkImages(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  blocks: readonly WrittenBlock[],
): Promise<void> {
  for (const fileId of imageFilesIn(blocks)) {
    const id = ctx.db.normalizeId("files", fileId);
    if (id === null) throw appError("not_found", "A picture of the document does not exist.", { field: "document" });
    await requireFile(ctx, orgId, id);
  }
}
