import type { SendResult } from "../delivery/schema";
import type { Channel } from "../lib/closedSets";
import type { SandboxBehaviour } from "./schema";

/** When a device reports that a message arrived: quick, but visibly after "sent". */
const DELIVERED_AFTER_MS = 1_000;
/** A slow provider: long enough to be noticed on the queue screen. */
const SLOW_DELIVERED_AFTER_MS = 20_000;
/** WhatsApp's second tick follows the first one after a moment. */
const READ_AFTER_DELIVERED_MS = 3_000;

/** What a provider of this behaviour answers instead of accepting; null when it accepts. */
export function refusalOf(behaviour: SandboxBehaviour): SendResult | null {
  switch (behaviour) {
    case "normal":
    case "slow":
      return null;
    case "failing":
      return refused("transient", "500", "The simulated provider has an internal error.");
    case "rate_limited":
      return refused("rate_limited", "429", "The simulated provider accepts no more messages for now.");
    case "dead":
      return refused("transient", "ECONNREFUSED", "The simulated provider cannot be reached.");
  }
}

/** Reports that follow an accepted message, with their delay. E-mail and SMS know no read receipt (providers.md 7.6, 8.2). */
export function receiptsOf(
  channel: Channel,
  behaviour: SandboxBehaviour,
): { kind: "delivered" | "read"; afterMs: number }[] {
  const deliveredAfterMs = behaviour === "slow" ? SLOW_DELIVERED_AFTER_MS : DELIVERED_AFTER_MS;
  const delivered = { kind: "delivered" as const, afterMs: deliveredAfterMs };
  if (channel !== "whatsapp") return [delivered];
  return [delivered, { kind: "read", afterMs: deliveredAfterMs + READ_AFTER_DELIVERED_MS }];
}

function refused(errorClass: "transient" | "rate_limited", code: string, reason: string): SendResult {
  return { kind: "refused", failure: { class: errorClass, code, reason } };
}
