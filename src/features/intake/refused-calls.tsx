import { KeyRound } from "lucide-react";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import { Button } from "../../components/ui/button";
import { ExactTime } from "../../components/ui/time";
import { toastError } from "../../components/ui/toast";
import { describeError } from "../../lib/errors";
import { useOrgMutation, useOrgQuery } from "../../lib/org";

/** Addresses that are called again and again with a wrong key: what was meant to come in does not even arrive. */
export function RefusedCalls() {
  const { t } = useTranslation();
  const forget = useOrgMutation(api.intake.unread.mutations.forget);
  const series = useOrgQuery(api.intake.unread.queries.refused, {});
  if (series === undefined || series.length === 0) return null;
  return (
    <ul aria-label={t("intake.refused")} className="flex shrink-0 flex-col gap-2 px-6 py-3 max-md:px-4">
      {series.map(({ id, source, why, count, since, lastAt }) => (
        <li
          key={id}
          data-testid="refused-calls"
          className="flex flex-wrap items-center gap-3 rounded-lg border border-warn/50 bg-warn-soft px-4 py-3 text-sm"
        >
          <KeyRound aria-hidden size={16} className="shrink-0 text-warn" />
          <p className="min-w-0 grow basis-60">
            <span className="font-medium">
              {t(`intake.why.${why}`, { count, source: source ?? t("intake.bookingSource") })}
            </span>{" "}
            <span className="text-muted">
              {t("alerts.since")} <ExactTime at={since} />, {t("intake.last")} <ExactTime at={lastAt} />.{" "}
              {t(`intake.remedy.${why}`)}
            </span>
          </p>
          <Button
            size="sm"
            onPress={() =>
              void forget({ refusedCallsId: id }).catch((thrown: unknown) => toastError(describeError(thrown, t)))
            }
          >
            {t("intake.seen")}
          </Button>
        </li>
      ))}
    </ul>
  );
}
