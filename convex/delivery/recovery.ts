import { CATALOGUE } from "../connections/catalogue";
import type { Provider } from "../connections/schema";
import type { Purpose } from "../lib/closedSets";
import { MAX_ATTEMPTS } from "./retryPolicy";

/** What becomes of a message whose provider answer was lost (design rule 4). */
export type Recovery =
  /** The provider knows our key: sending again cannot double it. */
  | { kind: "resend_safely" }
  /** It may arrive twice and is marked so. */
  | { kind: "resend_marked" }
  /** A person decides. */
  | { kind: "ask_person"; reason: string };

type LostAttempt = {
  provider: Provider;
  /** The connection's setting `resendAfterLostAnswer`; absent means the default: transactional messages only. */
  setting: unknown;
  purpose: Purpose;
  /** Attempts that count, the lost one included. */
  attempts: number;
};

/**
 * Decides what follows a lost answer. A transactional message is worth more twice than not at all; others wait for a
 * person unless the connection says otherwise. Nothing is tried for ever.
 */
export function recoveryOf({ provider, setting, purpose, attempts }: LostAttempt): Recovery {
  if (attempts >= MAX_ATTEMPTS) return { kind: "ask_person", reason: "The provider never answered." };
  if (CATALOGUE[provider].honoursKey) return { kind: "resend_safely" };
  const resends = typeof setting === "boolean" ? setting : purpose === "transactional";
  if (resends) return { kind: "resend_marked" };
  return { kind: "ask_person", reason: "The answer was lost: the message may or may not have left." };
}
