import type { Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { getFileByText, recordFile, requireUpload, safeFileName } from "../../files/model";
import { appError } from "../../lib/errors";
import { allBlocks, type WrittenBlock } from "../documents/blocks";
import { readDocument } from "../documents/read";
import { IMAGE_TYPES, imageProblem } from "./limits";
import type { AddedImage } from "./schema";

/**
 * Makes an upload a picture that templates can show. What is no such picture is removed again and the answer says why.
 * Throws `not_found` for an unknown upload, and for one that is a file already.
 */
export async function addImage(
  ctx: MutationCtx,
  orgId: Id<"organisations">,
  { storageId, name }: { storageId: Id<"_storage">; name: string },
): Promise<AddedImage> {
  const facts = await requireUpload(ctx, storageId);
  const problem = imageProblem(facts);
  if (problem !== null) {
    await ctx.storage.delete(storageId);
    return { kind: "refused", problem };
  }
  const fileId = await recordFile(ctx, { orgId, storageId, name: safeFileName(name, "image"), ...facts });
  return { kind: "added", fileId };
}

/** A picture of the organisation as screens and mails show it; null when it is gone. */
export async function findImage(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  fileId: string,
): Promise<{ url: string; sizeBytes: number } | null> {
  const file = await getFileByText(ctx, orgId, fileId);
  if (file === null || !IMAGE_TYPES.includes(file.contentType)) return null;
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
    const file = await getFileByText(ctx, orgId, fileId);
    if (file === null || !IMAGE_TYPES.includes(file.contentType)) {
      throw appError("not_found", "A picture of the document does not exist.", { field: "document" });
    }
  }
}
