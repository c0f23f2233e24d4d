import { useTranslation } from "react-i18next";
import type { FunctionReturnType } from "convex/server";
import type { api } from "../../../convex/_generated/api";
import { useLanguage } from "../../lib/i18n";
import { durationText, euros, percent, whole } from "../../lib/number-format";

type Total = FunctionReturnType<typeof api.analytics.queries.delivery>["total"];

/** The range in six figures. */
export function KeyFigures({ total }: { total: Total }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const figures = [
    ["accepted", whole(total.accepted, language)],
    ["deliveryRate", percent(total.deliveryRate, language)],
    ["failed", whole(total.failed + total.refused, language)],
    ["p95", durationText(total.p95Ms, language)],
    ["queuedP95", durationText(total.queuedP95Ms, language)],
    ["cost", euros(total.costMicros, language)],
  ] as const;
  return (
    <dl className="grid grid-cols-6 gap-3 max-lg:grid-cols-3 max-md:grid-cols-2">
      {figures.map(([name, value]) => (
        <div key={name} className="flex flex-col gap-1 rounded-lg border border-line px-4 py-3">
          <dt className="text-xs text-muted">{t(`monitoring.figures.${name}`)}</dt>
          <dd className="text-xl font-semibold tabular-nums">{value}</dd>
        </div>
      ))}
    </dl>
  );
}
