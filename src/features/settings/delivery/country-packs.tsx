import { useTranslation } from "react-i18next";
import { DEFAULT_PACK, RULE_COUNTRIES, RULE_PACKS } from "../../../../convex/delivery/time/rulePacks";
import { useLanguage } from "../../../lib/i18n";

/** What the rules of each country mean for advertising by SMS and WhatsApp. */
export function CountryPacks() {
  const { t } = useTranslation();
  const language = useLanguage();
  const names = new Intl.DisplayNames(language, { type: "region" });
  const packs = [
    ...RULE_COUNTRIES.map((country) => ({
      key: country,
      name: names.of(country) ?? country,
      pack: RULE_PACKS[country],
    })),
    { key: "default", name: t("deliverySettings.otherCountries"), pack: DEFAULT_PACK },
  ];
  return (
    <div className="px-4 py-3 max-md:px-3">
      <table className="w-full text-xs tabular-nums">
        <caption className="pb-1 text-left text-muted">{t("deliverySettings.packs")}</caption>
        <thead>
          <tr className="text-left text-faint">
            <th scope="col" className="py-1 pr-4 font-medium">
              {t("deliverySettings.country")}
            </th>
            <th scope="col" className="py-1 pr-4 font-medium">
              {t("deliverySettings.packHours")}
            </th>
            <th scope="col" className="py-1 font-medium">
              {t("deliverySettings.packDaysOff")}
            </th>
          </tr>
        </thead>
        <tbody>
          {packs.map(({ key, name, pack }) => (
            <tr key={key} className="border-t border-line text-muted">
              <th scope="row" className="py-1 pr-4 text-left font-normal text-text">
                {name}
              </th>
              <td className="py-1 pr-4">
                {pack.start} – {pack.end}
              </td>
              <td className="py-1">
                {t(
                  !pack.sparesHolidays
                    ? "deliverySettings.everyDay"
                    : pack.holidays === null
                      ? "deliverySettings.notSundays"
                      : "deliverySettings.notHolidays",
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
