import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx } from "../../_generated/server";
import { finishRawEvent, requireRawEvent, storeRawEvent } from "../../intake/model";
import { takeToken } from "../../lib/rateLimits";
import { parseCalcom } from "../calcom";
import type { FieldError, ParseResult } from "../event";
import { parseGeneric } from "../generic";
import type { BookingSourceKind } from "../schema";
import { applyBookingEvent } from "./apply";
import { requireSource } from "./sources";

const RAW_KIND = { generic: "booking_generic", calcom: "booking_calcom" } as const;

/** Reads a body the way its source writes it. */
export function parseBody(kind: BookingSourceKind, body: string): ParseResult {
  return kind === "calcom" ? parseCalcom(body) : parseGeneric(body);
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
  await takeToken(ctx, "webhook", source._id);
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
  const parsed = parseBody(source.kind, raw.body.text);
  if (parsed.kind === "invalid") {
    await reject(ctx, rawEventId, parsed.error.code, parsed.error.message, parsed.error.field);
    return;
  }
  if (parsed.kind === "ignored") {
    await finishRawEvent(ctx, rawEventId, { kind: "processed", result: `ignored: ${parsed.name}` });
    return;
  }
  const applied = await applyBookingEvent(ctx, source, parsed.event);
  if (applied.bookingId === null) {
    await reject(ctx, rawEventId, applied.outcome, "The event names a booking this source never told us about.");
    return;
  }
  await finishRawEvent(ctx, rawEventId, { kind: "processed", result: `${applied.outcome}: ${applied.bookingId}` });
}

async function reject(ctx: MutationCtx, rawEventId: Id<"rawEvents">, code: string, reason: string, field?: string) {
  await finishRawEvent(ctx, rawEventId, { kind: "rejected", code, reason, field });
}
