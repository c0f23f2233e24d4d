import type { Call, CallSettings } from "./schema";

// What a phone call means for who waits for whom (product.md A-14, 6.2 rule 4). Pure; the browser uses it too.

export const DEFAULT_CALL_SETTINGS: CallSettings = { outgoingAnswers: true, incomingAnswers: true, missedWaits: true };

/** Longer calls are typing mistakes. */
export const MAX_CALL_SECONDS = 24 * 60 * 60;

/** True when somebody was talked to. */
export function wasTalkedTo({ outcome }: Pick<Call, "outcome">): boolean {
  return outcome === "answered" || outcome === "callback_agreed";
}

export type CallMeaning = "answers" | "waits" | "nothing";

/** What a call does to the wait of the customer: ends it, begins one, or neither. */
export function callMeans(call: Pick<Call, "direction" | "outcome">, settings: CallSettings): CallMeaning {
  const talked = wasTalkedTo(call);
  if (call.direction === "outgoing") return talked && settings.outgoingAnswers ? "answers" : "nothing";
  if (talked) return settings.incomingAnswers ? "answers" : "nothing";
  return settings.missedWaits ? "waits" : "nothing";
}
