import type { MessageState } from "../../delivery/schema";
import type { DrillFigures, Fate } from "./schema";

// How a message came through an outage drill (product.md O-9). Pure.

/** What is known of one message of a drill. */
export type DrillMessage = {
  state: MessageState["kind"];
  /** Its tries in order, the one under way left out. */
  attempts: readonly { connectionId: string; outcome: string; rule: string | null }[];
  /** How often it lies on a device; null when a provider outside of the simulation carried it. */
  onDevices: number | null;
};

const FALLBACKS: readonly (string | null)[] = ["provider_fallback", "channel_fallback"];

/** `first_time` also of a message that a provider accepted at once after it had been held back. */
export function fateOf({ state, attempts }: DrillMessage): Fate {
  switch (state) {
    case "pending":
    case "held":
    case "sending":
      return "open";
    case "unknown":
      return "in_doubt";
    case "dead":
    case "failed":
    case "bounced":
      return "dead";
    case "skipped":
    case "cancelled":
      return "stopped";
    case "sent":
    case "delivered":
    case "read":
      return wayOf(attempts);
  }
}

function wayOf(attempts: DrillMessage["attempts"]): Fate {
  const accepted = attempts.findLast(({ outcome }) => outcome === "accepted");
  const isElsewhere = attempts.some(({ connectionId }) => connectionId !== accepted?.connectionId);
  if (accepted !== undefined && (isElsewhere || FALLBACKS.includes(accepted.rule))) return "fell_back";
  const real = attempts.filter(({ outcome }) => outcome !== "released");
  return real.length > 1 ? "retried" : "first_time";
}

/** No figures yet. */
export function noDrillFigures(): DrillFigures {
  const fates = { first_time: 0, retried: 0, fell_back: 0, open: 0, in_doubt: 0, dead: 0, stopped: 0 };
  return { messages: 0, fates, attempts: 0, lost: 0, doubled: 0 };
}

/** The figures with one more message. */
export function addMessage(figures: DrillFigures, message: DrillMessage): DrillFigures {
  const fate = fateOf(message);
  const { onDevices } = message;
  const isThrough = fate === "first_time" || fate === "retried" || fate === "fell_back";
  return {
    messages: figures.messages + 1,
    fates: { ...figures.fates, [fate]: figures.fates[fate] + 1 },
    attempts: figures.attempts + message.attempts.length,
    lost: figures.lost + (isThrough && onDevices === 0 ? 1 : 0),
    doubled: figures.doubled + (onDevices !== null && onDevices > 1 ? 1 : 0),
  };
}
