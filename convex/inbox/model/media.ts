import { v, type Infer } from "convex/values";
import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { requireConnection } from "../../connections/model";
import { vProvider } from "../../connections/schema";
import { recordFile } from "../../files/model";
import { finishRawEvent, storeRawEvent } from "../../intake/model";
import type { InboundText } from "../../intake/text/parseSandbox";

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
}

/** The file a raw event asks for, or null when it is done or its message is gone. */
export async function mediaToFetch(ctx: QueryCtx, event: Doc<"rawEvents">): Promise<MediaToFetch | null> {
  const request = requestIn(event);
  const connectionId = ctx.db.normalizeId("connections", event.sourceId);
  if (event.state.kind !== "received" || request === null || connectionId === null) return null;
  const { provider, settings, encryptedSecrets } = await requireConnection(ctx, event.orgId, connectionId);
  return { media: request.media, provider, settings, encryptedSecrets };
}

/** Shows a fetched file in its message and finishes the event. False: it is there already, or the message is gone. */
export async function attachMedia(
  ctx: MutationCtx,
  event: Doc<"rawEvents">,
  file: { storageId: Id<"_storage">; name: string; contentType: string; sizeBytes: number },
): Promise<boolean> {
  const request = requestIn(event);
  const messageId = request === null ? null : ctx.db.normalizeId("messages", request.messageId);
  const message = messageId === null ? null : await ctx.db.get("messages", messageId);
  if (event.state.kind === "processed") return false;
  if (message === null || message.orgId !== event.orgId) {
    await finishRawEvent(ctx, event._id, { kind: "processed", result: "the message is gone" });
    return false;
  }
  const fileId = await recordFile(ctx, { ...file, orgId: event.orgId });
  await ctx.db.patch("messages", message._id, { fileIds: [...message.fileIds, fileId] });
  await finishRawEvent(ctx, event._id, { kind: "processed", result: `file ${file.name}` });
  return true;
}

function requestIn({ body }: Doc<"rawEvents">): { messageId: string; media: Media } | null {
  return body.kind === "text" ? (JSON.parse(body.text) as { messageId: string; media: Media }) : null;
}
