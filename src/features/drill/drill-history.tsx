import { useTranslation } from "react-i18next";
import type { Id } from "../../../convex/_generated/dataModel";
import { ExactTime } from "../../components/ui/time";
import type { DrillRow } from "../../lib/api-types";

type DrillHistoryProps = { drills: readonly DrillRow[]; onChoose: (id: Id<"drills">) => void };

/** What came of the drills before. */
export function DrillHistory({ drills, onChoose }: DrillHistoryProps) {
  const { t } = useTranslation();
  if (drills.length === 0) return null;
  return (
    <section aria-labelledby="drill-history" className="flex flex-col gap-2">
      <h2 id="drill-history" className="text-sm font-semibold">
        {t("drill.history")}
      </h2>
      <ul className="flex flex-col divide-y divide-line rounded-lg border border-line">
        {drills.map((drill) => (
          <li key={drill.id}>
            <button
              type="button"
              onClick={() => onChoose(drill.id)}
              data-testid="drill-record"
              className="flex w-full flex-wrap items-baseline gap-x-4 gap-y-0.5 px-4 py-2.5 text-left text-sm outline-offset-[-2px] hover:bg-hover"
            >
              <span className="font-medium">
                {drill.targets.map(({ name }) => name).join(", ")}: {t(`phones.behaviours.sending.${drill.behaviour}`)}
              </span>
              <ExactTime at={drill.startedAt} className="text-xs text-faint" />
              <Summary drill={drill} />
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Summary({ drill: { state } }: { drill: DrillRow }) {
  const { t } = useTranslation();
  if (state.kind !== "done") return null;
  const { messages, fates, lost, doubled } = state.figures;
  const told = { messages, retried: fates.retried, fellBack: fates.fell_back, dead: fates.dead, lost, doubled };
  return <span className="w-full text-xs text-muted">{t("drill.summary", told)}</span>;
}
