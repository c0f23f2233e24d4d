import { useTranslation } from "react-i18next";
import { useLanguage } from "../../lib/i18n";
import { useNow } from "../../lib/now";
import { dateTime, relativeTime, utcText } from "../../lib/time-format";

/** "5 min", "yesterday": ticks on by itself; the exact time stands in the tooltip. */
export function RelativeTime({ at, className }: { at: number; className?: string }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const now = useNow();
  return (
    <time dateTime={new Date(at).toISOString()} title={dateTime(at, language, 0)} className={className}>
      {relativeTime(at, language, now, t("time.now"))}
    </time>
  );
}

/** An exact local time in `zone` (this browser's by default), with UTC in the tooltip. */
export function ExactTime({ at, zone, className }: { at: number; zone?: string | undefined; className?: string }) {
  const language = useLanguage();
  const now = useNow();
  return (
    <time dateTime={new Date(at).toISOString()} title={utcText(at)} className={className}>
      {dateTime(at, language, now, zone)}
    </time>
  );
}
