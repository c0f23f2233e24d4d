import { Link } from "@tanstack/react-router";
import { CircleCheck, OctagonAlert, TriangleAlert } from "lucide-react";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import { ExactTime, RelativeTime } from "../../components/ui/time";
import { useCan, useOrgQuery } from "../../lib/org";
import { type Alert, isOfIntake, queueOf, useAlertText } from "./alert-text";

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
  const { t } = useTranslation();
  const textOf = useAlertText();
  const queue = queueOf(alert);
  const mayLook = useCan("intake.manage");
  const isCritical = alert.severity === "critical";
  const Icon = isCritical ? OctagonAlert : TriangleAlert;
  return (
    <li
      data-testid="alert"
      className={`flex items-start gap-3 rounded-lg border px-4 py-3 ${isCritical ? "border-danger/50 bg-danger-soft" : "border-warn/50 bg-warn-soft"}`}
    >
      <Icon aria-hidden size={18} className={`mt-0.5 shrink-0 ${isCritical ? "text-danger" : "text-warn"}`} />
      <div className="min-w-0 grow">
        <p className="text-sm font-medium break-words">
          <span className="sr-only">{t(`alerts.severities.${alert.severity}`)}: </span>
          {textOf(alert)}
        </p>
        <p className="text-xs text-muted">
          {t("alerts.since")} <ExactTime at={alert.since} />. {t(`alerts.actions.${alert.action}`)}{" "}
          {queue !== null && (
            <Link to="/queue" search={queue} className="text-text underline underline-offset-2">
              {t("alerts.toQueue")}
            </Link>
          )}
          {isOfIntake(alert) && mayLook && (
            <Link to="/intake" className="text-text underline underline-offset-2">
              {t("intake.open")}
            </Link>
          )}
        </p>
      </div>
      <RelativeTime at={alert.since} className="shrink-0 text-xs text-muted" />
    </li>
  );
}
