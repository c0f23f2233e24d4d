import { internal } from "../../_generated/api";
import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { getFileByText, recordFile, removeFile, requireUpload, safeFileName } from "../../files/model";
import { appError } from "../../lib/errors";
import { DAY_MS } from "../../lib/time";
import { allBlocks, type WrittenBlock } from "../documents/blocks";
import { readDocument } from "../documents/read";
import { IMAGE_TYPES, imageProblem } from "./limits";
import type { AddedImage } from "./schema";

/** Longer than anybody undoes, brings back from a text copied earlier, or has a page open. */
const UNUSED_AFTER_MS = 30 * DAY_MS;
const PRUNE_BATCH = 100;

/**
 * Makes an upload a picture that templates can show. What is no such picture is removed again and the answer says why;
 * what only says it is one is removed once a job has seen its bytes, which a mutation cannot. Throws `not_found` for an
 * unknown upload, and for one that is a file already.
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
  await ctx.db.insert("looseImages", { orgId, fileId, unusedSince: Date.now() });
  await ctx.scheduler.runAfter(0, internal.templates.images.jobs.look, { fileId, storageId });
  return { kind: "added", fileId };
}

/** Removes a picture, whatever shows it: it is none. One that is gone is no error. */
export async function removeImage(ctx: MutationCtx, fileId: Id<"files">): Promise<void> {
  const loose = await looseRow(ctx, fileId);
  if (loose !== null) await ctx.db.delete("looseImages", loose._id);
  await removeFile(ctx, fileId);
}

/**
 * Keeps pictures for good: a mail may go out with them from now on. Mails carry no pictures but addresses of them, so
 * one that is removed is gone from the mailbox of everybody who ever got it, long after our own copy of the text went.
 */
export async function keepImages(
  ctx: MutationCtx,
  orgId: Id<"organisations">,
  fileIds: readonly string[],
): Promise<void> {
  for (const fileId of fileIds) {
    const loose = await findLoose(ctx, orgId, fileId);
    if (loose !== null) await ctx.db.delete("looseImages", loose._id);
  }
}

/** Notes which loose pictures a template's draft shows, `before` and `after` a change; absent: no draft, or no document. */
export async function followImages(
  ctx: MutationCtx,
  { orgId, templateId }: { orgId: Id<"organisations">; templateId: Id<"templates"> },
  { before, after }: { before: string | undefined; after: string | undefined },
): Promise<void> {
  const [had, has] = [filesNamedIn(before), filesNamedIn(after)];
  for (const text of has) {
    if (had.has(text)) continue;
    const loose = await findLoose(ctx, orgId, text);
    if (loose === null) continue;
    const { _id, fileId } = loose;
    if ((await findUse(ctx, fileId, templateId)) === null) {
      await ctx.db.insert("looseImageUses", { orgId, templateId, fileId });
    }
    await ctx.db.patch("looseImages", _id, { unusedSince: undefined });
  }
  for (const text of had) {
    if (has.has(text)) continue;
    const fileId = ctx.db.normalizeId("files", text);
    const use = fileId === null ? null : await findUse(ctx, fileId, templateId);
    if (use === null) continue;
    await ctx.db.delete("looseImageUses", use._id);
    const loose = await looseRow(ctx, use.fileId);
    if (loose === null || (await findUse(ctx, use.fileId)) !== null) continue;
    await ctx.db.patch("looseImages", loose._id, { unusedSince: Date.now() });
  }
}

/**
 * Removes a batch of pictures that nothing was sent with and no draft has shown for so long that nobody takes their
 * removal back any more; true when there may be more.
 */
export async function pruneUnused(ctx: MutationCtx, now: number): Promise<boolean> {
  const old = await ctx.db
    .query("looseImages")
    .withIndex("by_unused", (q) => q.gt("unusedSince", 0).lt("unusedSince", now - UNUSED_AFTER_MS))
    .take(PRUNE_BATCH);
  for (const { fileId } of old) await removeImage(ctx, fileId);
  return old.length === PRUNE_BATCH;
}

async function looseRow(ctx: QueryCtx, fileId: Id<"files">): Promise<Doc<"looseImages"> | null> {
  return await ctx.db
    .query("looseImages")
    .withIndex("by_file", (q) => q.eq("fileId", fileId))
    .unique();
}

/** The loose picture a document names, if `orgId` owns it. */
async function findLoose(ctx: QueryCtx, orgId: Id<"organisations">, text: string) {
  const fileId = ctx.db.normalizeId("files", text);
  const loose = fileId === null ? null : await looseRow(ctx, fileId);
  return loose?.orgId === orgId ? loose : null;
}

/** That the draft of a template shows a picture; without a template, that any does. */
async function findUse(ctx: QueryCtx, fileId: Id<"files">, templateId?: Id<"templates">) {
  return await ctx.db
    .query("looseImageUses")
    .withIndex("by_file", (q) => {
      const ofFile = q.eq("fileId", fileId);
      return templateId === undefined ? ofFile : ofFile.eq("templateId", templateId);
    })
    .first();
}

// Drafts may hold what is no document yet: whatever reads like a picture of ours counts as one.
function filesNamedIn(document: string | undefined): Set<string> {
  return new Set(Array.from(document?.matchAll(/"file:([a-z0-9]+)"/gi) ?? [], ([, fileId = ""]) => fileId));
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

/** Keeps the pictures of a document. Throws `not_found` when it names a file that is no picture of the organisation. */
export async function keepImagesOf(
  ctx: MutationCtx,
  orgId: Id<"organisations">,
  blocks: readonly WrittenBlock[],
): Promise<void> {
  const fileIds = imageFilesIn(blocks);
  for (const fileId of fileIds) {
    const file = await getFileByText(ctx, orgId, fileId);
    if (file === null || !IMAGE_TYPES.includes(file.contentType)) {
      throw appError("not_found", "A picture of the document does not exist.", { field: "document" });
    }
  }
  await keepImages(ctx, orgId, fileIds);
}
