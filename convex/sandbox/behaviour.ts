import type { SendResult } from "../delivery/schema";
import type { StatusReport } from "../delivery/providers/types";
import type { Channel } from "../lib/closedSets";
import type { SandboxBehaviour } from "./schema";

/** What a simulated provider does with a message it is asked to send (product.md O-9). */
export const SANDBOX_SENDING = [
  "normal",
  /** Answers late. */
  "slow",
  "failing",
  /** Refuses and says when to come back (Retry-After). */
  "rate_limited",
  /** Refuses and does not say when to come back. */
  "quota_exhausted",
  /** Nobody answers. */
  "dead",
  /** Takes the message; its first answer never arrives. */
  "lost_answers",
] as const;

/** How it reports what became of a message it took. */
export const SANDBOX_RECEIPTS = [
  "in_order",
  "late",
  /** Each report several times at once. */
  "duplicate",
  /** The last report first, before the answer to the send. */
  "out_of_order",
  "none",
  /** Taken, but not delivered: reported as failed. */
  "undelivered",
] as const;

/** What the customer on the device does with a message (product.md O-10). */
export const SANDBOX_ANSWERS = [
  "none",
  "reply",
  /** Writes STOP. */
  "opt_out",
] as const;

/** A provider as one wishes it: the behaviour of a connection nobody told anything. */
export const WELL_BEHAVED: SandboxBehaviour = { sending: "normal", receipts: "in_order", answers: "none" };

/** When a device reports that a message arrived: quick, but visibly after "sent". */
const DELIVERED_AFTER_MS = 1_000;
/** Late reports: long enough to be noticed on the queue screen. */
const LATE_DELIVERED_AFTER_MS = 20_000;
/** WhatsApp's second tick follows the first one after a moment. */
const READ_AFTER_DELIVERED_MS = 3_000;
/** Copies of each report of a provider that repeats itself. */
const COPIES = 3;
/** A slow provider answers above the five seconds that count as degraded by default, far below an adapter's time-out. */
export const SLOW_ANSWER_MS = 6_000;
/** What a rate-limiting provider names as its pause. */
const RETRY_AFTER_MS = 30_000;
/** A customer reads before they write. */
export const ANSWER_AFTER_MS = 5_000;
/**
 * Nobody answers every message of a row; and what the organisation says to an answer must not be answered again for ever.
 */
export const ANSWER_PAUSE_MS = 10 * 60_000;

type Sending = SandboxBehaviour["sending"];

/** What a provider of this behaviour answers instead of accepting; null when it accepts. */
export function refusalOf(sending: Sending): SendResult | null {
  switch (sending) {
    case "normal":
    case "slow":
    case "lost_answers":
      return null;
    case "failing":
      return refused("transient", "500", "The simulated provider has an internal error.");
    case "rate_limited":
      return refused("rate_limited", "429", "The simulated provider asks for a pause.", RETRY_AFTER_MS);
    case "quota_exhausted":
      return refused("rate_limited", "429", "The simulated provider accepts no more messages for now.");
    case "dead":
      return refused("transient", "ECONNREFUSED", "The simulated provider cannot be reached.");
  }
}

/** A report that follows an accepted message: `copies` of it, `afterMs` after the acceptance. */
type PlannedReceipt = {
  kind: Extract<StatusReport["kind"], "sent" | "delivered" | "read" | "failed">;
  afterMs: number;
};

/** Reports that follow an accepted message. E-mail and SMS know no read receipt (providers.md 7.6, 8.2). */
export function receiptsOf(channel: Channel, receipts: SandboxBehaviour["receipts"]): PlannedReceipt[] {
  switch (receipts) {
    case "in_order":
      return arrival(channel, DELIVERED_AFTER_MS);
    case "late":
      return arrival(channel, LATE_DELIVERED_AFTER_MS);
    case "duplicate":
      return arrival(channel, DELIVERED_AFTER_MS).flatMap((receipt) => Array.from({ length: COPIES }, () => receipt));
    case "out_of_order":
      return [...arrival(channel, 0).reverse(), { kind: "sent" as const }].map(({ kind }, index) => ({
        kind,
        afterMs: index * DELIVERED_AFTER_MS,
      }));
    case "none":
      return [];
    case "undelivered":
      return [{ kind: "failed", afterMs: DELIVERED_AFTER_MS }];
  }
}

function arrival(channel: Channel, deliveredAfterMs: number): PlannedReceipt[] {
  const delivered = { kind: "delivered" as const, afterMs: deliveredAfterMs };
  if (channel !== "whatsapp") return [delivered];
  return [delivered, { kind: "read", afterMs: deliveredAfterMs + READ_AFTER_DELIVERED_MS }];
}

/** What the customer writes back; null when nothing. STOP is understood in every language (providers.md 21.2). */
export function answerOf(answers: SandboxBehaviour["answers"]): string | null {
  switch (answers) {
    case "none":
      return null;
    case "reply":
      return "Danke, passt!";
    case "opt_out":
      return "STOP";
  }
}

function refused(
  errorClass: "transient" | "rate_limited",
  code: string,
  reason: string,
  retryAfterMs?: number,
): SendResult {
  return { kind: "refused", failure: { class: errorClass, code, reason, retryAfterMs } };
}
