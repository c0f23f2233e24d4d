import type { FunctionReturnType } from "convex/server";
import { useTranslation } from "react-i18next";
import type { api } from "../../../convex/_generated/api";
import { useLanguage } from "../../lib/i18n";
import type { QueueSearch } from "../../lib/search-params";
import { durationText, euros } from "../../lib/number-format";

export type Alert = FunctionReturnType<typeof api.alerts.queries.open>[number];

/** What is the matter, in one sentence with its figures. */
export function useAlertText(): (alert: Alert) => string {
  const { i18n } = useTranslation();
  const language = useLanguage();
  const word = (key: string) => String(i18n.t(key as never));
  return (alert) => String(i18n.t(`alerts.kinds.${alert.kind}`, valuesOf(alert, language, word)));
}

/** The figures of the sentence, as a person reads them. `word` translates a channel or a lane. */
function valuesOf({ values }: Alert, language: string, word: (key: string) => string): Record<string, string | number> {
  const { channel, lane, ageMs, p95Ms, spentMicros, limitMicros } = values;
  return {
    ...values,
    ...(channel === undefined ? {} : { channel: word(`channels.${channel}`) }),
    ...(lane === undefined ? {} : { lane: word(`monitoring.lanes.${lane}`) }),
    ...(typeof ageMs === "number" ? { age: durationText(ageMs, language) } : {}),
    ...(typeof p95Ms === "number" ? { p95: durationText(p95Ms, language) } : {}),
    ...(typeof spentMicros === "number" ? { spent: euros(spentMicros, language) } : {}),
    ...(typeof limitMicros === "number" ? { limit: euros(limitMicros, language) } : {}),
  };
}

/** Where one sees the messages an alert is about; null where it is about none that wait or failed. */
export function queueOf({ kind, values }: Alert): QueueSearch | null {
  switch (kind) {
    case "queue_age": {
      const lane = (["critical", "transactional", "marketing"] as const).find((known) => known === values.lane);
      return { group: "waiting", ...(lane === undefined ? {} : { lane }) };
    }
    case "outage":
    case "slow_provider":
      return { group: "waiting" };
    case "failure_rate":
      return { group: "failed" };
    case "cost_day":
    case "cost_month":
    case "complaints":
    case "domain":
    case "intake_unread":
    case "intake_refused":
      return null;
  }
}

/** True for what is the matter with messages that came in. */
export function isOfIntake({ kind }: Alert): boolean {
  return kind === "intake_unread" || kind === "intake_refused";
}
