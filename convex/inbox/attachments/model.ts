import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import {
  copyFile,
  presentFile,
  recordFile,
  removeFile,
  requireFile,
  requireUpload,
  safeFileName,
} from "../../files/model";
import type { Channel } from "../../lib/closedSets";
import { appError } from "../../lib/errors";
import { DAY_MS } from "../../lib/time";
import { settingsOf } from "../../delivery/settings/model";
import { attachmentProblem, picturesIn, problemText, type AttachmentProblem } from "./limits";

/** A file nobody sent or took off for so long belongs to no draft that anybody remembers. */
const FORGOTTEN_AFTER_MS = 30 * DAY_MS;
const PRUNE_BATCH = 100;
const KILOBYTE = 1_024;

type Owner = { orgId: Id<"organisations">; member: Doc<"members"> };

/** A file as the composer shows it. */
export async function presentAttachment(ctx: QueryCtx, file: Doc<"files">) {
  return { fileId: file._id, ...(await presentFile(ctx, file)) };
}

export type Attachment = Awaited<ReturnType<typeof presentAttachment>>;

/**
 * Makes an uploaded blob a file that can be attached. One that must not be sent is removed again and the answer says
 * why. Throws `not_found` for an unknown blob, and for one that is a file already.
 */
export async function attach(
  ctx: MutationCtx,
  owner: Owner,
  upload: { storageId: Id<"_storage">; name: string; channel: Channel },
): Promise<{ kind: "attached"; file: Attachment } | { kind: "refused"; problem: AttachmentProblem }> {
  const { storageId, channel } = upload;
  const facts = { name: safeFileName(upload.name, "file"), ...(await requireUpload(ctx, storageId)) };
  const problem = attachmentProblem([facts], channel);
  if (problem !== null) {
    await ctx.storage.delete(storageId);
    return { kind: "refused", problem };
  }
  const fileId = await recordFile(ctx, { orgId: owner.orgId, storageId, ...facts });
  await addLoose(ctx, owner, fileId);
  return { kind: "attached", file: await presentAttachment(ctx, await requireFile(ctx, owner.orgId, fileId)) };
}

/** Attaches the files of a message once more, for a forward: own rows, so that each message keeps or loses its own. */
export async function carryFiles(ctx: MutationCtx, owner: Owner, message: Doc<"messages">): Promise<Attachment[]> {
  const carried: Attachment[] = [];
  for (const fileId of message.fileIds) {
    const copy = await copyFile(ctx, await requireFile(ctx, owner.orgId, fileId));
    await addLoose(ctx, owner, copy._id);
    carried.push(await presentAttachment(ctx, copy));
  }
  return carried;
}

/** Takes a file off that was not sent. One that is gone, sent or somebody else's stays as it is. */
export async function detach(ctx: MutationCtx, owner: Owner, fileId: Id<"files">): Promise<void> {
  await requireFile(ctx, owner.orgId, fileId);
  const loose = await looseRow(ctx, fileId);
  if (loose?.memberId !== owner.member._id) return;
  await ctx.db.delete("looseFiles", loose._id);
  await removeFile(ctx, fileId);
}

/**
 * The files belong to a message now. Throws `invalid` when one was not attached by this member or cannot go out on the
 * channel, or when all together are more than the organisation's mails may have.
 */
export async function claimFiles(
  ctx: MutationCtx,
  { orgId, member }: Owner,
  fileIds: readonly Id<"files">[],
  channel: Channel,
): Promise<Doc<"files">[]> {
  const files = await Promise.all(fileIds.map((fileId) => requireFile(ctx, orgId, fileId)));
  const problem = attachmentProblem(files, channel);
  if (problem !== null) throw appError("invalid", problemText(problem), { field: "fileIds" });
  const bytes = files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const { maxKilobytes } = (await settingsOf(ctx, orgId)).channelSettings.email;
  if (channel === "email" && bytes > maxKilobytes * KILOBYTE) {
    const message = `The files have ${Math.ceil(bytes / KILOBYTE)} kB; ${maxKilobytes} kB are allowed.`;
    throw appError("invalid", message, { field: "fileIds" });
  }
  for (const fileId of fileIds) {
    const loose = await looseRow(ctx, fileId);
    if (loose?.memberId !== member._id) {
      throw appError("invalid", "Attach this file again, please.", { field: "fileIds" });
    }
    await ctx.db.delete("looseFiles", loose._id);
  }
  return files;
}

/**
 * Gives the pictures that stand between the words ("cid:" and the file's id, from the editor) their Content-ID, and takes
 * it from the others: those are attachments. Returns the ids.
 */
export async function placePictures(
  ctx: MutationCtx,
  files: readonly Doc<"files">[],
  html: string | undefined,
): Promise<ReadonlySet<string>> {
  const placed = new Set<string>(picturesIn(files, html ?? ""));
  for (const { _id, contentId } of files) {
    const wanted = placed.has(_id) ? _id : undefined;
    if (contentId !== wanted) await ctx.db.patch("files", _id, { contentId: wanted });
  }
  return placed;
}

/** Files a colleague attached to what is written together are this member's from now on; others stay as they are. */
export async function handOver(
  ctx: MutationCtx,
  { orgId, member }: Owner,
  fileIds: readonly Id<"files">[],
): Promise<void> {
  for (const fileId of fileIds) {
    const loose = await looseRow(ctx, fileId);
    if (loose?.orgId === orgId) await ctx.db.patch("looseFiles", loose._id, { memberId: member._id });
  }
}

/** The files of a message that was taken back are attached to a draft again. */
export async function releaseFiles(
  ctx: MutationCtx,
  {
    orgId,
    memberId,
    fileIds,
  }: { orgId: Id<"organisations">; memberId: Id<"members">; fileIds: readonly Id<"files">[] },
): Promise<void> {
  for (const fileId of fileIds) await ctx.db.insert("looseFiles", { orgId, memberId, fileId, addedAt: Date.now() });
}

/** Files of a draft that are still there. */
export async function attachmentsOf(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  fileIds: readonly Id<"files">[],
): Promise<Attachment[]> {
  const loose = await Promise.all(fileIds.map((fileId) => looseRow(ctx, fileId)));
  const present = loose.flatMap((row) => (row === null || row.orgId !== orgId ? [] : [row.fileId]));
  return await Promise.all(present.map(async (id) => presentAttachment(ctx, await requireFile(ctx, orgId, id))));
}

/** Removes files that were attached long ago and never sent; true when there may be more. */
export async function pruneForgotten(ctx: MutationCtx, now: number): Promise<boolean> {
  const old = await ctx.db
    .query("looseFiles")
    .withIndex("by_age", (q) => q.lt("addedAt", now - FORGOTTEN_AFTER_MS))
    .take(PRUNE_BATCH);
  for (const { _id, fileId } of old) {
    await ctx.db.delete("looseFiles", _id);
    await removeFile(ctx, fileId);
  }
  return old.length === PRUNE_BATCH;
}

async function addLoose(ctx: MutationCtx, { orgId, member }: Owner, fileId: Id<"files">): Promise<void> {
  await ctx.db.insert("looseFiles", { orgId, memberId: member._id, fileId, addedAt: Date.now() });
}

async function looseRow(ctx: QueryCtx, fileId: Id<"files">): Promise<Doc<"looseFiles"> | null> {
  return await ctx.db
    .query("looseFiles")
    .withIndex("by_file", (q) => q.eq("fileId", fileId))
    .unique();
}
