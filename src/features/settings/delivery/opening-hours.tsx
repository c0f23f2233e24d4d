import { useTranslation } from "react-i18next";
import { api } from "../../../../convex/_generated/api";
import { useLanguage } from "../../../lib/i18n";
import { useOrgQuery } from "../../../lib/org";
import { weekOf, weekdayName } from "./week";

/** The calendar that business hours go by: its hours, its zone and its next days off. */
export function OpeningHours() {
  const { t } = useTranslation();
  const language = useLanguage();
  const calendar = useOrgQuery(api.orgs.queries.calendar, {});
  if (calendar === undefined) return null;
  return (
    <div className="flex flex-col gap-1 px-4 py-3 text-xs text-muted max-md:px-3">
      <p>{t("deliverySettings.calendar", { name: calendar.name, zone: calendar.timezone })}</p>
      <ul className="flex flex-wrap gap-x-4 tabular-nums">
        {weekOf(calendar.intervals).map(({ from, to, hours }) => (
          <li key={from}>
            {from === to
              ? weekdayName(from, language)
              : `${weekdayName(from, language)} – ${weekdayName(to, language)}`}
            {": "}
            {hours}
          </li>
        ))}
        <li>{t("deliverySettings.holidays", { count: calendar.holidays.length })}</li>
      </ul>
    </div>
  );
}
