import { v, type Infer } from "convex/values";
import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { requireConnection } from "../../connections/model";
import { vProvider } from "../../connections/schema";
import { recordFile } from "../../files/model";
import type { Failure } from "../../delivery/schema";
import { finishRawEvent, storeRawEvent } from "../../intake/model";
import type { InboundText } from "../../intake/text/parseSandbox";
import { noteFileNames } from "./fileNames";

/** Files of one text; providers allow one (WhatsApp) to ten (MMS). */
const MAX_FILES = 10;

type Media = NonNullable<InboundText["media"]>[number];

const vMedia = v.object({
  id: v.optional(v.string()),
  url: v.optional(v.string()),
  contentType: v.string(),
  name: v.optional(v.string()),
});

/** A file to be fetched and the account it lies with; secrets are still encrypted. */
export const vMediaToFetch = v.object({
  media: vMedia,
  provider: vProvider,
  settings: v.record(v.string(), v.union(v.string(), v.number(), v.boolean())),
  encryptedSecrets: v.optional(v.string()),
});
export type MediaToFetch = Infer<typeof vMediaToFetch>;

/** What lists show of a text that is only files: "📎" and how many. */
export function fileHint(media: readonly Media[] = []): string | undefined {
  return media.length === 0 ? undefined : `📎 ${media.length}`;
}

/**
 * Has the files of a stored message fetched, each by its own raw event: retried, kept with the reason when it fails, and
 * replayed like every other event.
 */
export async function requestMedia(
  ctx: MutationCtx,
  source: { orgId: Id<"organisations">; connectionId: Id<"connections">; messageId: Id<"messages"> },
  media: readonly Media[],
): Promise<void> {
  const { orgId, connectionId, messageId } = source;
  for (const [index, file] of media.slice(0, MAX_FILES).entries()) {
    await storeRawEvent(ctx, {
      orgId,
      kind: "media_inbound",
      sourceId: connectionId,
      dedupeKey: `media:${messageId}:${index}`,
      body: { kind: "text", text: JSON.stringify({ messageId, media: file }) },
    });
  }
  const beyond = media.slice(MAX_FILES).map(({ name, contentType }) => {
    const reason = `Of one message ${MAX_FILES} files are fetched.`;
    return { name, contentType, code: "too_many", reason, isFinal: true };
  });
  if (beyond.length > 0) await ctx.db.patch("messages", messageId, { missingFiles: beyond });
}

/** The file a raw event asks for, or null when it is done or its message is gone. */
export async function mediaToFetch(ctx: QueryCtx, event: Doc<"rawEvents">): Promise<MediaToFetch | null> {
  const request = requestIn(event);
  const connectionId = ctx.db.normalizeId("connections", event.sourceId);
  if (event.state.kind !== "received" || request === null || connectionId === null) return null;
  const { provider, settings, encryptedSecrets } = await requireConnection(ctx, event.orgId, connectionId);
  return { media: request.media, provider, settings, encryptedSecrets };
}

/**
 * Says in the message that a file could not be fetched, and why. A refusal for good rejects the event, which keeps what was
 * asked for; anything else is tried again.
 */
export async function noteMissingMedia(ctx: MutationCtx, event: Doc<"rawEvents">, failure: Failure): Promise<void> {
  const request = requestIn(event);
  const message = request === null ? null : await messageOf(ctx, event, request.messageId);
  if (request === null || event.state.kind !== "received") return;
  const { class: errorClass, code, reason } = failure;
  const isFinal = errorClass === "permanent";
  if (message !== null) {
    const { name, contentType } = request.media;
    const missing = { rawEventId: event._id, name, contentType, code, reason, isFinal };
    await ctx.db.patch("messages", message._id, { missingFiles: [...othersMissing(message, event), missing] });
  }
  const told = `${code ?? errorClass}: ${reason}`;
  if (isFinal) {
    await finishRawEvent(ctx, event._id, { kind: "rejected", code: "invalid", reason: told, field: "media" });
  }
}

const othersMissing = ({ missingFiles = [] }: Doc<"messages">, { _id }: Doc<"rawEvents">) =>
  missingFiles.filter(({ rawEventId }) => rawEventId !== _id);

/** The message a file belongs to, or null when it is gone. */
async function messageOf(ctx: QueryCtx, { orgId }: Doc<"rawEvents">, id: string): Promise<Doc<"messages"> | null> {
  const messageId = ctx.db.normalizeId("messages", id);
  const message = messageId === null ? null : await ctx.db.get("messages", messageId);
  return message?.orgId === orgId && message.purgedAt === undefined ? message : null;
}

/** Shows a fetched file in its message and finishes the event. False: it is there already, or the message is gone. */
export async function attachMedia(
  ctx: MutationCtx,
  event: Doc<"rawEvents">,
  file: { storageId: Id<"_storage">; name: string; contentType: string; sizeBytes: number },
): Promise<boolean> {
  const request = requestIn(event);
  const message = request === null ? null : await messageOf(ctx, event, request.messageId);
  if (event.state.kind === "processed") return false;
  if (message === null) {
    await finishRawEvent(ctx, event._id, { kind: "processed", result: "the message is gone" });
    return false;
  }
  const fileId = await recordFile(ctx, { ...file, orgId: event.orgId });
  await ctx.db.patch("messages", message._id, {
    fileIds: [...message.fileIds, fileId],
    missingFiles: message.missingFiles === undefined ? undefined : othersMissing(message, event),
  });
  await noteFileNames(ctx, { orgId: event.orgId, messageId: message._id, at: message.at }, [file]);
  await finishRawEvent(ctx, event._id, { kind: "processed", result: `file ${file.name}` });
  return true;
}

function requestIn({ body }: Doc<"rawEvents">): { messageId: string; media: Media } | null {
  return body.kind === "text" ? (JSON.parse(body.text) as { messageId: string; media: Media }) : null;
}
