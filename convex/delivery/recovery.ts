import { CATALOGUE } from "../connections/catalogue";
import type { Provider } from "../connections/schema";
import type { Purpose } from "../lib/closedSets";
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
  /** The connection's setting `resendAfterLostAnswer`; absent means the organisation's `resendsInDoubt`. */
  setting: unknown;
  purpose: Purpose;
  /** Attempts that count, the lost one included. */
  attempts: number;
  maxAttempts: number;
  /** It was asked already and could not say. */
  wasAsked: boolean;
  tracking: Settings["trackingSettings"]["deliveryTracking"];
};

/**
 * Decides what follows a lost answer. The same key where the provider honours it; else its word where it can be asked;
 * else a message whose absence is worse than its doubling goes again, marked, and others wait for a person. Nothing is
 * tried for ever.
 */
export function recoveryOf(lost: LostAttempt): Recovery {
  const { honoursKey, canBeAsked } = CATALOGUE[lost.provider];
  const isLastTry = lost.attempts >= lost.maxAttempts;
  if (honoursKey && !isLastTry) return { kind: "resend_safely" };
  if (canBeAsked === true && lost.tracking.asksProviders && !lost.wasAsked) return { kind: "ask_provider" };
  if (isLastTry) return { kind: "ask_person", reason: "The provider never answered." };
  const resends =
    typeof lost.setting === "boolean" ? lost.setting : lost.tracking.resendsInDoubt.includes(lost.purpose);
  if (resends) return { kind: "resend_marked" };
  return { kind: "ask_person", reason: "The answer was lost: the message may or may not have left." };
}
