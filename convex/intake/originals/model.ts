import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { isMailKind } from "../email/tooLarge";
import { writtenOriginal } from "./written";

/** A mail as it came. `url` for what lies in file storage, `text` for what lies in its row. */
export type KeptOriginal = {
  isMime: boolean;
  receivedAt: number;
  sizeBytes: number;
  /** The whole was too large: only its beginning is kept. */
  isBeginning: boolean;
  url: string | null;
  text: string | null;
};

/** The mail of a raw event as people may look at it; null when it is not kept any more. */
export async function keptOriginal(ctx: QueryCtx, rawEventId: Id<"rawEvents">): Promise<KeptOriginal | null> {
  const event = await ctx.db.get("rawEvents", rawEventId);
  if (event === null || !isMailKind(event.kind)) return null;
  const { kind, body, receivedAt, cutFromBytes, original } = event;
  const facts = { receivedAt, isBeginning: cutFromBytes !== undefined };
  if (body.kind === "file") {
    // What a provider wrapped is shown as it was written out, never as it was posted.
    const storageId = kind === "email_raw" ? body.storageId : original?.storageId;
    const url = storageId === undefined ? null : await ctx.storage.getUrl(storageId);
    if (url === null) return null;
    const isMime = original?.isMime ?? true;
    return { ...facts, isMime, sizeBytes: cutFromBytes ?? body.sizeBytes, url, text: null };
  }
  const bytes = new TextEncoder().encode(body.text);
  const written = writtenOriginal(kind, bytes);
  if (written === null && kind !== "email_raw") return null;
  const source = written?.source ?? body.text;
  const text = typeof source === "string" ? source : new TextDecoder().decode(source);
  return { ...facts, isMime: written?.isMime ?? true, sizeBytes: bytes.length, url: null, text };
}

/** Keeps what a provider wrapped, written out; again changes nothing. */
export async function keepWritten(
  ctx: MutationCtx,
  rawEventId: Id<"rawEvents">,
  original: NonNullable<Doc<"rawEvents">["original"]>,
): Promise<void> {
  const event = await ctx.db.get("rawEvents", rawEventId);
  if (event === null || event.original !== undefined) await ctx.storage.delete(original.storageId);
  else await ctx.db.patch("rawEvents", rawEventId, { original });
}

/** Takes what a raw event was made of; that it came stays, so that a provider which repeats it adds nothing. */
export async function forgetOriginal(ctx: MutationCtx, rawEventId: Id<"rawEvents">): Promise<void> {
  const event = await ctx.db.get("rawEvents", rawEventId);
  if (event === null) return;
  const { body, original } = event;
  if (body.kind === "file") await ctx.storage.delete(body.storageId);
  if (original !== undefined) await ctx.storage.delete(original.storageId);
  await ctx.db.patch("rawEvents", rawEventId, {
    body: { kind: "text", text: "" },
    original: undefined,
    hint: undefined,
  });
}
