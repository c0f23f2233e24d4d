import { CircleCheck, OctagonAlert, TriangleAlert } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { FunctionReturnType } from "convex/server";
import { api } from "../../../convex/_generated/api";
import { RelativeTime } from "../../components/ui/time";
import { useLanguage } from "../../lib/i18n";
import { useOrgQuery } from "../../lib/org";
import { durationText, euros } from "./number-format";

type Alert = FunctionReturnType<typeof api.alerts.queries.open>[number];

/** What is the matter now: what, since when, what is done about it. Nothing is one calm line. */
export function Alerts() {
  const { t } = useTranslation();
  const alerts = useOrgQuery(api.alerts.queries.open, {});
  if (alerts === undefined) return null;
  if (alerts.length === 0) {
    return (
      <p className="flex items-center gap-2 text-sm text-ok" role="status">
        <CircleCheck aria-hidden size={16} />
        {t("alerts.none")}
      </p>
    );
  }
  return (
    <ul className="flex flex-col gap-2" aria-label={t("alerts.title")}>
      {alerts.map((alert) => (
        <AlertRow key={alert.id} alert={alert} />
      ))}
    </ul>
  );
}

function AlertRow({ alert }: { alert: Alert }) {
  const { t, i18n } = useTranslation();
  const language = useLanguage();
  const isCritical = alert.severity === "critical";
  const Icon = isCritical ? OctagonAlert : TriangleAlert;
  return (
    <li
      className={`flex items-start gap-3 rounded-lg border px-4 py-3 ${isCritical ? "border-danger/50 bg-danger-soft" : "border-warn/50 bg-warn-soft"}`}
    >
      <Icon aria-hidden size={18} className={`mt-0.5 shrink-0 ${isCritical ? "text-danger" : "text-warn"}`} />
      <div className="min-w-0 grow">
        <p className="text-sm font-medium break-words">
          <span className="sr-only">{t(`alerts.severities.${alert.severity}`)}: </span>
          {String(
            i18n.t(
              `alerts.kinds.${alert.kind}`,
              valuesOf(alert, language, (key) => i18n.t(key as never)),
            ),
          )}
        </p>
        <p className="text-xs text-muted">{t(`alerts.actions.${alert.action}`)}</p>
      </div>
      <RelativeTime at={alert.since} className="shrink-0 text-xs text-muted" />
    </li>
  );
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
