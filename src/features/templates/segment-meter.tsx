import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import { countSegments, economicalText } from "../../../convex/delivery/segments";
import { longestText } from "../../../convex/templates/plausible";
import type { TemplateText } from "../../lib/api-types";
import { useLanguage } from "../../lib/i18n";
import { euros } from "../../lib/number-format";
import { useOrgQuery } from "../../lib/org";
import { cx } from "../../components/ui/classes";

/** So little in the last part is worth a hint: a few words fewer save it. */
const LITTLE_UNITS = 25;

type SegmentMeterProps = { body: string; variables: TemplateText["variables"] };

/** How many SMS a text becomes with the longest values it is likely to have, what forces more, and what it costs. */
export function SegmentMeter({ body, variables }: SegmentMeterProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const prices = useOrgQuery(api.sequences.preview.queries.prices, {});
  const settings = useOrgQuery(api.delivery.settings.queries.get, {});
  const longest = longestText(body, variables);
  const sent = economicalText(longest);
  const segments = countSegments(sent);
  const most = settings?.settings.channelSettings.sms.maxSegments;
  const isCut = most !== undefined && segments.count > most;
  const capacity = segments.encoding === "gsm7" ? 153 : 67;
  const inLast = segments.count > 1 ? capacity - segments.unitsLeft : 0;
  const price = prices?.sms ?? 0;
  return (
    <div data-testid="segments" className="flex flex-col gap-1 text-xs text-muted">
      <p className="flex flex-wrap gap-x-3 gap-y-1">
        <span className={cx("font-medium", isCut ? "text-danger" : "text-text")}>
          {t("templates.segments", { count: segments.count })}
        </span>
        <span>{t("templates.units", { units: segments.units, left: segments.unitsLeft })}</span>
        <span>{segments.encoding === "gsm7" ? "GSM-7" : "UCS-2"}</span>
        {price > 0 && <span>{t("templates.price", { price: euros(segments.count * price, language) })}</span>}
      </p>
      {segments.forcing.length > 0 && (
        <p className="text-warn">{t("templates.forcing", { characters: segments.forcing.slice(0, 10).join(" ") })}</p>
      )}
      {sent !== longest && <p>{t("templates.madePlain")}</p>}
      {inLast > 0 && inLast <= LITTLE_UNITS && <p>{t("templates.shorten", { count: inLast })}</p>}
      {isCut && <p className="text-danger">{t("templates.cut", { count: most })}</p>}
    </div>
  );
}
