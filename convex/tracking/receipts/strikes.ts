import type { MessageState } from "../../delivery/schema";

/** Meta's "undeliverable": not on WhatsApp, but also an old client or new terms not accepted yet (providers.md 13.6). */
const UNSURE_CODES: readonly string[] = ["131026"];

/** As often the same has to happen before an unsure code is believed. */
const STRIKES = 2;

/**
 * True when a failure proves that the address does not exist: at once for clear codes, from the second message on for
 * unsure ones. `messages` are the person's, the failed one included.
 */
export function isUndeliverableTwice(
  code: string | undefined,
  address: string,
  messages: readonly { address?: string; state: MessageState }[],
): boolean {
  if (code === undefined || !UNSURE_CODES.includes(code)) return true;
  const strikes = messages.filter(
    ({ address: to, state }) => to === address && "failure" in state && state.failure.code === code,
  );
  return strikes.length >= STRIKES;
}
