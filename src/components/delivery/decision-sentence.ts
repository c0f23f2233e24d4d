import type { QueueDetail } from "../../lib/api-types";
import type en from "../../locales/en.json";

// Decision records in plain words: a stable (stage, rule, outcome) becomes the name of a sentence and its blanks.

export type Decision = QueueDetail["decisions"][number];

/** Names of the sentences under `why.says` in the language files. */
export type SentenceName = keyof typeof en.why.says;

const BY_RULE: Record<string, SentenceName> = {
  "enqueue/source_sequence": "enqueueSequence",
  "enqueue/source_agent": "enqueueAgent",
  "enqueue/source_system": "enqueueSystem",
  "enqueue/source_api": "enqueueApi",
  "hold/paused": "held",
  "hold/member": "memberHeld",
  "hold/member_lifted": "memberLifted",
  "move/member": "memberMoved",
  "move/member_now": "memberNow",
  "hold/resumed": "resumed",
  "hold/human_first": "humanFirst",
  "hold/talk_over": "talkOver",
  "hold/member_released": "memberReleased",
  "move/emergency": "movedByEmergency",
  "send_check/source": "skippedSource",
  "send_check/expired": "expired",
  "send_check/held_too_long": "heldTooLong",
  "send_check/too_old": "tooOld",
  "send_check/quiet_hours": "quietHours",
  "send_check/min_gap": "minGap",
  "send_check/business_hours": "businessHours",
  "send_check/preferred_hours": "preferredHours",
  "send_check/breaker_open": "breakerOpen",
  "send_check/provider_pause": "providerPause",
  "send_check/frequency_cap": "frequencyCap",
  "send_check/no_address": "noAddress",
  "send_check/suppressed": "suppressed",
  "send_check/no_consent": "noConsent",
  "send_check/window_closed": "windowClosed",
  "send_check/no_hour": "noHour",
  "route/channel_wish": "channelWish",
  "route/channel_preference": "channelPreference",
  "route/channel_order": "channelOrder",
  "route/provider_fallback": "providerFallback",
  "route/provider_choice": "providerChoice",
  "route/channel_fallback": "channelFallback",
  "route/emergency": "emergencyRoute",
  "route/no_connection": "noConnection",
  "route/all_refused": "allRefused",
  "route/undecidable": "undecidable",
  "retry/simplified_content": "simplified",
  "retry/max_attempts": "gaveUpTries",
  "retry/max_age": "gaveUpAge",
  "retry/opted_out": "gaveUpOptedOut",
  "receipt/window_closed": "windowClosedLate",
  "recovery/resend_marked": "resentMarked",
  "recovery/late_answer": "lateAnswer",
};

const BY_OUTCOME: Record<string, SentenceName> = {
  "cancel/cancelled": "cancelled",
  "content/replaced": "replaced",
  "discard/cancelled": "discarded",
  "edit/changed": "edited",
  "emergency/allowed": "emergency",
  "emergency/ended": "emergencyEnded",
  "move/moved": "moved",
  "receipt/sent": "receiptSent",
  "receipt/delivered": "receiptDelivered",
  "receipt/read": "receiptRead",
  "receipt/failed": "receiptFailed",
  "receipt/bounced": "receiptFailed",
  "recovery/absent": "providerHasNot",
  "recovery/asks": "asksProvider",
  "recovery/cannot_say": "providerCannotSay",
  "recovery/discard": "resolvedDiscard",
  "recovery/found": "providerHas",
  "recovery/resent": "resent",
  "recovery/unknown": "unknown",
  "recovery/sent": "resolvedSent",
  "recovery/resend": "resolvedResend",
  "requeue/queued": "requeued",
  "restore/dead": "restored",
  "retry/retries": "retries",
  "retry/reroutes": "reroutes",
  "retry/dead": "gaveUp",
};

/** The sentence of a decision; `other` names stage, rule and outcome of one that has none. */
export function sentenceName({ stage, rule, outcome }: Decision): SentenceName {
  if (stage === "send_check" && rule.startsWith("country_hours_")) return "countryHours";
  if (stage === "receipt" && BY_RULE[`${stage}/${rule}`] === undefined) {
    return BY_OUTCOME[`receipt/${outcome}`] ?? "receiptOther";
  }
  if (outcome === "unknown") return "unknown";
  return BY_RULE[`${stage}/${rule}`] ?? BY_OUTCOME[`${stage}/${outcome}`] ?? "other";
}

/** Facts of a decision that a person can make something of, in the order they are told; ids are none. */
const FACTS = [
  "provider",
  "attempt",
  "class",
  "code",
  "detail",
  "consentRule",
  "consentPack",
  "consentAt",
  "whatsappTemplate",
  "passedOver",
  "spreadTo",
  "failureReason",
] as const satisfies readonly (keyof typeof en.why.facts)[];

export type Fact = { name: (typeof FACTS)[number]; value: string | number | boolean };

/** What a decision rests on, beyond what its sentence says already. */
export function factsOf({ inputs }: Decision): Fact[] {
  return FACTS.flatMap((name) => {
    const value = inputs[name];
    return value === undefined || value === null || value === "" ? [] : [{ name, value }];
  });
}
