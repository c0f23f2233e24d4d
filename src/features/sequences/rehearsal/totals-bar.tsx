import { useTranslation } from "react-i18next";
import { ChannelIcon } from "../../../components/status";
import { useLanguage } from "../../../lib/i18n";
import { euros, whole } from "../../../lib/number-format";
import { STATES, type Totals } from "./rows";
import { StateBadge } from "./state-badge";

/** As many as `useRehearsal` gathers at most. */
const MOST_BOOKINGS = 1000;

type TotalsBarProps = { totals: Totals; bookings: number; isWhole: boolean; isCut: boolean };

export function TotalsBar({ totals, bookings, isWhole, isCut }: TotalsBarProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  return (
    <div
      role="status"
      className="flex shrink-0 flex-wrap items-center gap-x-4 gap-y-1.5 px-4 pb-2 text-sm tabular-nums"
    >
      <span className="text-muted">
        {isWhole ? t("rehearsal.covers", { count: bookings }) : t("rehearsal.gathering")}
      </span>
      {STATES.filter((state) => totals.states[state] > 0).map((state) => (
        <span key={state} className="inline-flex items-center gap-1.5">
          <StateBadge state={state} />
          {whole(totals.states[state], language)}
        </span>
      ))}
      {totals.channels.map(({ channel, count, priceMicros }) => (
        <span key={channel} className="inline-flex items-center gap-1.5 text-muted">
          <ChannelIcon channel={channel} />
          {whole(count, language)} · {euros(priceMicros, language)}
        </span>
      ))}
      <span className="font-semibold">
        {t("rehearsal.cost")}: {euros(totals.priceMicros, language)}
      </span>
      {isCut && <span className="text-warn">{t("rehearsal.cut", { count: MOST_BOOKINGS })}</span>}
    </div>
  );
}
