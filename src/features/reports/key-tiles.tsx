import { useTranslation } from "react-i18next";
import {
  costPerMessage,
  escalated,
  isMet,
  messagesPerSolution,
  satisfaction,
  TARGETS,
} from "../../../convex/analytics/team/measures";
import { countOf } from "../../../convex/analytics/team/sums";
import { useLanguage } from "../../lib/i18n";
import { euros, percent, whole } from "../../lib/number-format";
import type { InboxSearch } from "../../lib/search-params";
import { durationTexts, gradeText, targetFigures, targetText, type Report, type TargetFigure } from "./figures";
import { TargetMark } from "./target-mark";
import { Tile, Tiles } from "./tile";

type KeyTilesProps = {
  report: Report;
  /** What the figures are narrowed to, as the inbox narrows. */
  part: Partial<InboxSearch>;
};

/** The period in figures: those with a target, those without, and what customers say. */
export function KeyTiles({ report, part }: KeyTilesProps) {
  const { t } = useTranslation();
  return (
    <>
      <Tiles title={t("reports.targets")}>
        {targetFigures(report, part).map((figure) => (
          <TargetTile key={figure.name} figure={figure} />
        ))}
      </Tiles>
      <WorkTiles report={report} part={part} />
      <SatisfactionTiles report={report} />
    </>
  );
}

function TargetTile({ figure: { name, value, behind } }: { figure: TargetFigure }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { kind, value: line } = TARGETS[name];
  const target = t(`reports.lines.${kind}`, { target: targetText(name, line, language) });
  const met = isMet(name, value);
  const state = met === null ? t("reports.noFigure") : met ? t("reports.met") : t("reports.missed");
  return (
    <Tile
      label={t(`reports.targeted.${name}`)}
      value={targetText(name, value, language)}
      behind={behind}
      note={
        <>
          <TargetMark name={name} value={value} />
          {`${target} · ${state}`}
        </>
      }
    />
  );
}

function WorkTiles({ report: { total }, part }: KeyTilesProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const [first, solution] = [durationTexts(total, "first", language), durationTexts(total, "solution", language)];
  const spread = ({ median, p90 }: typeof first) => t("reports.spread", { median, p90 });
  const perSolution = messagesPerSolution(total);
  const cost = costPerMessage(total);
  return (
    <Tiles title={t("reports.work")}>
      <Tile label={t("reports.first")} value={first.mean} note={spread(first)} />
      <Tile label={t("reports.solution")} value={solution.mean} note={spread(solution)} />
      <Tile
        label={t("reports.closed")}
        value={whole(countOf(total, "closed"), language)}
        note={t("reports.perSolution", { count: gradeText(perSolution, language) })}
        behind={{ to: "/inbox", search: { ...part, view: "closed" } }}
      />
      <Tile
        label={t("reports.escalated")}
        value={percent(escalated(total), language)}
        note={t("reports.ofClosed")}
        behind={{ to: "/inbox", search: { ...part, view: "all", status: "escalated" } }}
      />
      <Tile
        label={t("reports.cost")}
        value={cost === null ? "–" : euros(cost, language)}
        note={t("reports.costInAll", { cost: euros(countOf(total, "costMicros"), language) })}
      />
    </Tiles>
  );
}

function SatisfactionTiles({ report: { total } }: { report: Report }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const answers = countOf(total, "surveys");
  if (answers === 0) return null;
  const { nps, speed, channel, resolution } = satisfaction(total);
  const npsText = nps === null ? "–" : new Intl.NumberFormat(language, { signDisplay: "exceptZero" }).format(nps);
  return (
    <Tiles title={t("reports.says")}>
      <Tile label="NPS" value={npsText} note={t("reports.surveys", { count: answers })} />
      <Tile label={t("surveys.grades.speed")} value={gradeText(speed, language)} note={t("reports.ofFive")} />
      <Tile label={t("surveys.grades.channel")} value={gradeText(channel, language)} note={t("reports.ofFive")} />
      <Tile label={t("surveys.grades.resolution")} value={gradeText(resolution, language)} note={t("reports.ofFive")} />
    </Tiles>
  );
}
