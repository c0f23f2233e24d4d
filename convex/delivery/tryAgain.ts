import type { ErrorClass, MessageState } from "./schema";

// Whether a message that did not arrive may be tried again by those who wrote it. Pure. Who operates sending may always
// (model/operate.ts); here nobody presses in vain.

/** Why trying again would end the same; the interface has a sentence for each. */
export const NO_RETRY = ["no_address", "bad_address", "opted_out", "refused", "not_wanted", "removed"] as const;
type NoRetry = (typeof NO_RETRY)[number];

export type RetryVerdict = { kind: "offered"; isElsewhere: boolean } | { kind: "refused"; because: NoRetry };

type RetryFacts = {
  state: MessageState;
  /** Where it went, and where it would go now; null: nowhere. */
  wentTo: string | null;
  goesTo: string | null;
  /** Its text was removed. */
  isPurged: boolean;
};

/** What an error of each class means for the same message at the same address. */
const BECAUSE: Record<ErrorClass, NoRetry | null> = {
  transient: null,
  rate_limited: null,
  config: null,
  // It opens again with the customer's next message.
  window_closed: null,
  invalid_address: "bad_address",
  opted_out: "opted_out",
  permanent: "refused",
};

/** Null where nothing failed, or a person ended it. What failed for good may go to another address. */
export function mayTryAgain({ state, wentTo, goesTo, isPurged }: RetryFacts): RetryVerdict | null {
  const because = reasonAgainst(state);
  if (because === undefined) return null;
  if (isPurged) return { kind: "refused", because: "removed" };
  if (goesTo === null) return { kind: "refused", because: "no_address" };
  const isElsewhere = wentTo !== null && goesTo !== wentTo;
  return because === null || isElsewhere ? { kind: "offered", isElsewhere } : { kind: "refused", because };
}

/** Null: nothing speaks against it; undefined: there is nothing to try. */
function reasonAgainst(state: MessageState): NoRetry | null | undefined {
  switch (state.kind) {
    case "bounced":
    case "failed":
    case "dead":
      return BECAUSE[state.failure.class];
    case "skipped":
      return skippedBecause(state.reason);
    case "pending":
    case "held":
    case "sending":
    case "unknown":
    case "sent":
    case "delivered":
    case "read":
    case "cancelled":
      return undefined;
  }
}

function skippedBecause(reason: string): NoRetry | null {
  switch (reason) {
    case "suppressed":
      return "bad_address";
    case "no_consent":
      return "opted_out";
    case "contact_erased":
      return "not_wanted";
    default:
      return null;
  }
}
