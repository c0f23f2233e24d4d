import type { QueueDetail } from "../../lib/api-types";

// Decision records in plain words: a stable (stage, rule, outcome) becomes the name of a sentence and its blanks.

export type Decision = QueueDetail["decisions"][number];

/** Names of the sentences under `why.says` in the language files. */
export type SentenceName =
  | "enqueueSequence"
  | "enqueueAgent"
  | "enqueueSystem"
  | "cancelled"
  | "moved"
  | "replaced"
  | "skippedSource"
  | "quietHours"
  | "breakerOpen"
  | "frequencyCap"
  | "noAddress"
  | "suppressed"
  | "noConsent"
  | "channelWish"
  | "channelPreference"
  | "channelOrder"
  | "providerFallback"
  | "channelFallback"
  | "noConnection"
  | "allRefused"
  | "undecidable"
  | "retries"
  | "reroutes"
  | "gaveUp"
  | "receiptSent"
  | "receiptDelivered"
  | "receiptRead"
  | "receiptFailed"
  | "receiptOther"
  | "resent"
  | "unknown"
  | "resolvedSent"
  | "resolvedResend"
  | "requeued"
  | "other";

const BY_RULE: Record<string, SentenceName> = {
  "enqueue/source_sequence": "enqueueSequence",
  "enqueue/source_agent": "enqueueAgent",
  "enqueue/source_system": "enqueueSystem",
  "send_check/source": "skippedSource",
  "send_check/quiet_hours": "quietHours",
  "send_check/breaker_open": "breakerOpen",
  "send_check/frequency_cap": "frequencyCap",
  "send_check/no_address": "noAddress",
  "send_check/suppressed": "suppressed",
  "send_check/no_consent": "noConsent",
  "route/channel_wish": "channelWish",
  "route/channel_preference": "channelPreference",
  "route/channel_order": "channelOrder",
  "route/provider_fallback": "providerFallback",
  "route/channel_fallback": "channelFallback",
  "route/no_connection": "noConnection",
  "route/all_refused": "allRefused",
  "route/undecidable": "undecidable",
};

const BY_OUTCOME: Record<string, SentenceName> = {
  "cancel/cancelled": "cancelled",
  "move/moved": "moved",
  "content/replaced": "replaced",
  "retry/retries": "retries",
  "retry/reroutes": "reroutes",
  "retry/dead": "gaveUp",
  "receipt/sent": "receiptSent",
  "receipt/delivered": "receiptDelivered",
  "receipt/read": "receiptRead",
  "receipt/failed": "receiptFailed",
  "receipt/bounced": "receiptFailed",
  "recovery/resent": "resent",
  "recovery/unknown": "unknown",
  "recovery/sent": "resolvedSent",
  "recovery/resend": "resolvedResend",
  "requeue/queued": "requeued",
};

export function sentenceName({ stage, rule, outcome }: Decision): SentenceName {
  if (stage === "receipt" && BY_OUTCOME[`receipt/${outcome}`] === undefined) return "receiptOther";
  return BY_RULE[`${stage}/${rule}`] ?? BY_OUTCOME[`${stage}/${outcome}`] ?? "other";
}
