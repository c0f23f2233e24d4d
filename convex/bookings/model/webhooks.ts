import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import type { RawEventKind } from "../../intake/schema";
import { gathering } from "../../events/model";
import { finishRawEvent, refusedEvents, replayRawEvent, requireRawEvent, storeRawEvent } from "../../intake/model";
import { appError } from "../../lib/errors";
import { takeToken } from "../../lib/rateLimits";
import { parseCalcom } from "../calcom";
import { parseCalendly } from "../calendly";
import type { FieldError, ParseResult } from "../event";
import { parseGeneric } from "../generic";
import type { BookingSourceKind } from "../schema";
import type { WebhookSourceKind } from "../statuses";
import { applyBookingEvent } from "./apply";
import { applyInviteeEvent } from "./invitees";
import { noteEvent, requireSource } from "./sources";

/** Deliveries one transaction reads: each costs some twenty reads and ten writes, and others wait meanwhile. */
const DELIVERIES_AT_ONCE = 15;

const RAW_KIND = {
  generic: "booking_generic",
  calcom: "booking_calcom",
  calendly: "booking_calendly",
} as const satisfies Record<WebhookSourceKind, RawEventKind>;

const PARSERS: Record<WebhookSourceKind, (body: string) => ParseResult> = {
  generic: parseGeneric,
  calcom: parseCalcom,
  calendly: parseCalendly,
};

/** Reads a body the way its source writes it. */
export function parseBody(kind: WebhookSourceKind, body: string): ParseResult {
  return PARSERS[kind](body);
}

/** Whether webhooks may come from a source of this kind. */
export function isWebhookKind(kind: BookingSourceKind): kind is WebhookSourceKind {
  return kind in PARSERS;
}

/**
 * Keeps a verified delivery: with `problem` as rejected, without as received and scheduled. The same dedupe key again
 * writes nothing. Throws `rate_limited` beyond the webhook limit of one source.
 */
export async function storeDelivery(
  ctx: MutationCtx,
  source: Doc<"bookingSources">,
  { dedupeKey, body, problem }: { dedupeKey: string; body: string; problem?: FieldError },
): Promise<{ rawEventId: Id<"rawEvents">; isNew: boolean }> {
  if (!isWebhookKind(source.kind)) throw new Error(`No webhook reaches a source of kind ${source.kind}.`);
  await takeToken(ctx, "webhook", source._id);
  await noteEvent(ctx, source, Date.now());
  return await storeRawEvent(ctx, {
    orgId: source.orgId,
    kind: RAW_KIND[source.kind],
    sourceId: source._id,
    dedupeKey,
    body: { kind: "text", text: body },
    state: problem && {
      kind: "rejected",
      at: Date.now(),
      code: problem.code,
      reason: problem.message,
      field: problem.field,
    },
  });
}

/**
 * Turns deliveries of one source into their bookings, in their order, as far as one transaction goes. Returns how many from
 * the first on were read.
 */
export async function processDeliveries(ctx: MutationCtx, rawEventIds: readonly Id<"rawEvents">[]): Promise<number> {
  const now = rawEventIds.slice(0, DELIVERIES_AT_ONCE);
  await gathering(ctx, async (gatherer) => {
    for (const rawEventId of now) await processDelivery(gatherer, rawEventId);
  });
  return now.length;
}

/** Turns a stored delivery into its booking and records how that ended; everything in the caller's transaction. */
export async function processDelivery(ctx: MutationCtx, rawEventId: Id<"rawEvents">): Promise<void> {
  const raw = await requireRawEvent(ctx, rawEventId);
  // A repeated run finds its work done.
  if (raw.state.kind === "processed") return;
  const sourceId = ctx.db.normalizeId("bookingSources", raw.sourceId);
  if (sourceId === null || raw.body.kind !== "text") {
    await reject(ctx, rawEventId, "not_found", "The source of this delivery does not exist any more.");
    return;
  }
  const source = await requireSource(ctx, raw.orgId, sourceId);
  if (!isWebhookKind(source.kind)) throw new Error(`No webhook reaches a source of kind ${source.kind}.`);
  const parsed = parseBody(source.kind, raw.body.text);
  if (parsed.kind === "invalid") {
    await reject(ctx, rawEventId, parsed.error.code, parsed.error.message, parsed.error.field);
    return;
  }
  if (parsed.kind === "ignored") {
    await finishRawEvent(ctx, rawEventId, { kind: "processed", result: `ignored: ${parsed.name}` });
    return;
  }
  const applied =
    parsed.kind === "invitee"
      ? await applyInviteeEvent(ctx, source, parsed.event)
      : await applyBookingEvent(ctx, source, parsed.event);
  if (applied.outcome === "unknown_booking") {
    await reject(ctx, rawEventId, applied.outcome, "The event names a booking this source never told us about.");
    return;
  }
  await finishRawEvent(ctx, rawEventId, {
    kind: "processed",
    result: `${applied.outcome}: ${applied.bookingId ?? "no booking"}`,
  });
}

/** Refused deliveries of a source looked through for its latest ones; all sources of a workspace share the list. */
const REFUSED_SCANNED = 500;
const REFUSED_SHOWN = 50;

/** A source's deliveries that could not be used, newest first, at most 50 of the workspace's last 500. */
export async function refusedDeliveries(ctx: QueryCtx, source: Doc<"bookingSources">): Promise<Doc<"rawEvents">[]> {
  const refused = await refusedEvents(ctx, source.orgId, REFUSED_SCANNED);
  return refused.filter(({ sourceId }) => sourceId === source._id).slice(0, REFUSED_SHOWN);
}

/** Reads a refused delivery once more, now that its cause is removed. Throws `not_found`, `conflict` when it was used. */
export async function replayDelivery(
  ctx: MutationCtx,
  source: Doc<"bookingSources">,
  rawEventId: Id<"rawEvents">,
): Promise<void> {
  const raw = await requireRawEvent(ctx, rawEventId);
  if (raw.orgId !== source.orgId || raw.sourceId !== source._id) {
    throw appError("not_found", "This delivery does not exist.");
  }
  await replayRawEvent(ctx, rawEventId);
}

async function reject(ctx: MutationCtx, rawEventId: Id<"rawEvents">, code: string, reason: string, field?: string) {
  await finishRawEvent(ctx, rawEventId, { kind: "rejected", code, reason, field });
}
