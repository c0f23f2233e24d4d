import type { FunctionReturnType } from "convex/server";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import { csatOf, npsOf } from "../../../convex/surveys/measures";
import { useLanguage } from "../../lib/i18n";
import { useOrgQuery } from "../../lib/org";
import { FigureTable } from "../../components/charts/figure-table";

type Tally = FunctionReturnType<typeof api.surveys.queries.figures>["total"];

const GRADES = ["speed", "channel", "resolution"] as const;
const CELL = "px-3 py-2 text-right";

/** How satisfied customers were with closed conversations, all together, by agent and by channel (product.md A-50). */
export function Satisfaction({ now }: { now: number }) {
  const { t } = useTranslation();
  const figures = useOrgQuery(api.surveys.queries.figures, { now });
  if (figures === undefined || figures.total.sent === 0) return null;
  return (
    <FigureTable
      id="satisfaction"
      title={t("surveys.title")}
      head={
        <>
          <th scope="col" className="px-3 py-2 font-medium">
            {t("surveys.months")}
          </th>
          <th scope="col" className={`${CELL} font-medium`}>
            NPS
          </th>
          <th scope="col" className={`${CELL} font-medium`}>
            CSAT
          </th>
          {GRADES.map((grade) => (
            <th key={grade} scope="col" className={`${CELL} font-medium`}>
              {t(`surveys.grades.${grade}`)}
            </th>
          ))}
          <th scope="col" className={`${CELL} font-medium`}>
            {t("surveys.answers")}
          </th>
        </>
      }
    >
      <Row name={t("surveys.all")} tally={figures.total} isTotal />
      {figures.byChannel.map(({ channel, tally }) => (
        <Row key={channel} name={t(`channels.${channel}`)} tally={tally} />
      ))}
      {figures.byAgent.map(({ agentId, name, tally }) => (
        <Row key={agentId ?? "nobody"} name={name ?? t("common.nobody")} tally={tally} />
      ))}
    </FigureTable>
  );
}

function Row({ name, tally, isTotal = false }: { name: string; tally: Tally; isTotal?: boolean }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const percent = new Intl.NumberFormat(language, { style: "percent" });
  const grade = new Intl.NumberFormat(language, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
  const nps = npsOf(tally);
  const csat = csatOf(tally);
  return (
    <tr className={isTotal ? "font-medium" : undefined}>
      <th scope="row" className="px-3 py-2 text-left font-medium">
        {name}
      </th>
      <td className={CELL}>
        {nps === null ? "–" : new Intl.NumberFormat(language, { signDisplay: "exceptZero" }).format(nps)}
      </td>
      <td className={CELL}>{csat === null ? "–" : percent.format(csat)}</td>
      {GRADES.map((each) => {
        const { count, sum } = tally.grades[each];
        return (
          <td key={each} className={CELL}>
            {count === 0 ? "–" : grade.format(sum / count)}
          </td>
        );
      })}
      <td className={CELL}>{t("surveys.ofSent", { answered: tally.answered, sent: tally.sent })}</td>
    </tr>
  );
}
