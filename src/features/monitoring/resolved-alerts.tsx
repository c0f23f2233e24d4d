import { CircleCheck } from "lucide-react";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import { Button } from "../../components/ui/button";
import { ExactTime } from "../../components/ui/time";
import { useLanguage } from "../../lib/i18n";
import { useOrgPaginatedQuery } from "../../lib/org";
import { type Alert, useAlertText } from "./alert-text";
import { durationText } from "../../lib/number-format";

const FIRST_PAGE = 5;
const PAGE_SIZE = 20;

/** What was the matter: what, from when to when, what was done about it. */
export function ResolvedAlerts() {
  const { t } = useTranslation();
  const { results, status, loadMore } = useOrgPaginatedQuery(
    api.alerts.queries.resolved,
    {},
    { initialNumItems: FIRST_PAGE },
  );
  if (results.length === 0) return null;
  return (
    <section aria-labelledby="resolved-alerts" className="flex flex-col gap-2">
      <h2 id="resolved-alerts" className="text-sm font-semibold">
        {t("alerts.resolved")}
      </h2>
      <ul className="flex flex-col divide-y divide-line rounded-lg border border-line">
        {results.map((alert) => (
          <ResolvedRow key={alert.id} alert={alert} />
        ))}
      </ul>
      {status === "CanLoadMore" && (
        <Button size="sm" className="self-start" onPress={() => loadMore(PAGE_SIZE)}>
          {t("common.more")}
        </Button>
      )}
    </section>
  );
}

function ResolvedRow({ alert }: { alert: Alert }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const textOf = useAlertText();
  const { since, resolvedAt = alert.lastSeenAt } = alert;
  return (
    <li data-testid="resolved-alert" className="flex items-start gap-3 px-4 py-2.5">
      <CircleCheck aria-hidden size={16} className="mt-0.5 shrink-0 text-ok" />
      <div className="min-w-0 grow">
        <p className="text-sm break-words">{textOf(alert)}</p>
        <p className="text-xs text-muted">
          {t("alerts.since")} <ExactTime at={since} />. {t(`alerts.actions.${alert.action}`)} {t("alerts.over")}{" "}
          <ExactTime at={resolvedAt} /> ({durationText(resolvedAt - since, language)}).
        </p>
      </div>
    </li>
  );
}
