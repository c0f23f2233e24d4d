import { CATALOGUE } from "../connections/catalogue";
import type { Provider } from "../connections/schema";
import type { Purpose } from "../lib/closedSets";
import { HOUR_MS, MINUTE_MS } from "../lib/time";
import type { Settings } from "./settings/schema";

/** What becomes of a message whose provider answer was lost (design rule 4). */
export type Recovery =
  /** The provider knows our key: sending again cannot double it. */
  | { kind: "resend_safely" }
  /** The provider can say whether it has it. */
  | { kind: "ask_provider" }
  /** It may arrive twice and is marked so. */
  | { kind: "resend_marked" }
  /** A person decides. */
  | { kind: "ask_person"; reason: string };

type LostAttempt = {
  provider: Provider;
  /** Its connection is there to be asked; `off`: it may be asked, but sends nothing (a member switched it off). */
  connection: "on" | "off" | "removed";
  /** The connection's setting `resendAfterLostAnswer`; absent means the organisation's `resendsInDoubt`. */
  setting: unknown;
  purpose: Purpose;
  /** Attempts that count, the lost one included. */
  attempts: number;
  /** How long ago the first try began whose answer was lost; negative after the clock was set back. */
  doubtMs: number;
  policy: Settings["deliverySettings"]["retryPolicies"];
  /** It was asked already and could not say. */
  wasAsked: boolean;
  tracking: Settings["trackingSettings"]["deliveryTracking"];
};

/** A key is not relied on in the last minutes of its life: a request under way must not outlive it. */
const KEY_MARGIN_MS = 10 * MINUTE_MS;

/**
 * Decides what follows a lost answer. The same key at the same connection where the provider honours it; else its word
 * where it can be asked; else a message whose absence is worse than its doubling goes again, marked, and others wait for a
 * person. Nothing is tried for ever.
 */
export function recoveryOf(lost: LostAttempt): Recovery {
  const { provider, connection, policy, tracking } = lost;
  const { honoursKey, canBeAsked } = CATALOGUE[provider];
  const isOver = lost.attempts >= policy.maxAttempts || lost.doubtMs > doubtLimitMs(provider, policy);
  if (honoursKey && connection === "on" && !isOver) return { kind: "resend_safely" };
  const mayAsk = canBeAsked === true && tracking.asksProviders && !lost.wasAsked;
  if (mayAsk && connection !== "removed") return { kind: "ask_provider" };
  if (isOver) return { kind: "ask_person", reason: "The provider never answered." };
  const resends = typeof lost.setting === "boolean" ? lost.setting : tracking.resendsInDoubt.includes(lost.purpose);
  if (resends) return { kind: "resend_marked" };
  return { kind: "ask_person", reason: "The answer was lost: the message may or may not have left." };
}

function doubtLimitMs(provider: Provider, { maxAgeHours }: LostAttempt["policy"]): number {
  const { keyHours } = CATALOGUE[provider];
  const maxAgeMs = maxAgeHours * HOUR_MS;
  return keyHours === undefined ? maxAgeMs : Math.min(maxAgeMs, keyHours * HOUR_MS - KEY_MARGIN_MS);
}
