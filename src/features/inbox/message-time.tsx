import { useLanguage } from "../../lib/i18n";
import { clock, dateTime } from "../../lib/time-format";

/** When a message was, by the clock; the day stands above it. */
export function MessageTime({ at }: { at: number }) {
  const language = useLanguage();
  return (
    <time dateTime={new Date(at).toISOString()} title={dateTime(at, language, 0)} className="text-faint">
      {clock(at, language)}
    </time>
  );
}
