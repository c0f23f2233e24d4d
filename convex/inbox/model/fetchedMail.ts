import { v, type Infer } from "convex/values";
import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { requireConnection } from "../../connections/model";
import { vProvider } from "../../connections/schema";
import type { MailReport } from "../../delivery/providers/types";
import { finishRawEvent, storeRawEvent } from "../../intake/model";

/** A mail to be fetched and the account it lies with; secrets are still encrypted. */
export const vMailToFetch = v.object({
  mail: v.object({
    id: v.optional(v.string()),
    url: v.optional(v.string()),
    recipients: v.optional(v.array(v.string())),
  }),
  provider: vProvider,
  settings: v.record(v.string(), v.union(v.string(), v.number(), v.boolean())),
  encryptedSecrets: v.optional(v.string()),
});
export type MailToFetch = Infer<typeof vMailToFetch>;

/** The mail a raw event asks for, or null when it is done. Throws `not_found` when the connection is gone. */
export async function mailToFetch(ctx: QueryCtx, event: Doc<"rawEvents">): Promise<MailToFetch | null> {
  const { orgId, sourceId, body, state, kind } = event;
  const connectionId = ctx.db.normalizeId("connections", sourceId);
  if (kind !== "mail_fetch" || state.kind !== "received" || body.kind !== "text" || connectionId === null) return null;
  const { provider, settings, encryptedSecrets } = await requireConnection(ctx, orgId, connectionId);
  return { mail: JSON.parse(body.text) as MailReport, provider, settings, encryptedSecrets };
}

/** Hands a fetched mail on as raw MIME from the same source and finishes the event that asked for it. */
export async function keepFetchedMail(
  ctx: MutationCtx,
  { _id, orgId, sourceId, dedupeKey, state }: Doc<"rawEvents">,
  body: { kind: "file"; storageId: Id<"_storage">; sizeBytes: number },
  cutFromBytes?: number,
): Promise<void> {
  if (state.kind === "processed") {
    await ctx.storage.delete(body.storageId);
    return;
  }
  const event = { orgId, kind: "email_raw", sourceId, dedupeKey: `fetched:${dedupeKey}`, body, cutFromBytes } as const;
  const { rawEventId } = await storeRawEvent(ctx, event);
  await finishRawEvent(ctx, _id, { kind: "processed", result: `fetched as ${rawEventId}` });
}
