import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import { useLanguage } from "../../lib/i18n";
import { useNow } from "../../lib/now";
import { useOrgQuery } from "../../lib/org";
import { FigureTable } from "../../components/charts/figure-table";
import { durationText, whole } from "../../lib/number-format";

/** States in the order a message passes through them; the rest is history. */
const SHOWN = ["pending", "held", "sending", "unknown", "dead"] as const;

/** What waits, by lane and state, and how old the oldest is that should have gone. */
export function LiveQueue() {
  const { t } = useTranslation();
  const language = useLanguage();
  const now = useNow();
  const lanes = useOrgQuery(api.delivery.monitor.queries.live, {});
  if (lanes === undefined) return null;
  return (
    <FigureTable
      id="live-queue"
      title={t("monitoring.live")}
      head={
        <>
          <th scope="col" className="px-4 py-2 font-medium">
            {t("monitoring.lane")}
          </th>
          {SHOWN.map((state) => (
            <th key={state} scope="col" className="px-4 py-2 text-right font-medium">
              {t(`monitoring.states.${state}`)}
            </th>
          ))}
          <th scope="col" className="px-4 py-2 text-right font-medium">
            {t("monitoring.oldest")}
          </th>
        </>
      }
    >
      {lanes.map(({ lane, states, oldestDueAt }) => (
        <tr key={lane}>
          <th scope="row" className="px-4 py-2 text-left font-medium">
            {t(`monitoring.lanes.${lane}`)}
          </th>
          {SHOWN.map((state) => (
            <td key={state} className={`px-4 py-2 text-right ${states[state] === 0 ? "text-faint" : ""}`}>
              {whole(states[state], language)}
            </td>
          ))}
          <td className="px-4 py-2 text-right">
            {oldestDueAt === null || oldestDueAt > now ? "–" : durationText(now - oldestDueAt, language)}
          </td>
        </tr>
      ))}
    </FigureTable>
  );
}
