import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import type { Id } from "../../../convex/_generated/dataModel";
import { Page } from "../../components/layout/page";
import { SkeletonRows } from "../../components/ui/skeleton";
import { useCan, useOrgQuery } from "../../lib/org";
import { useTitle } from "../../lib/title";
import { DrillForm } from "./drill-form";
import { DrillHistory } from "./drill-history";
import { DrillReport } from "./drill-report";

type DrillScreenProps = { chosenId: Id<"drills"> | null; onChoose: (id: Id<"drills"> | null) => void };

/** Rehearsing an outage: what is under way, else what one could begin; and what came of those before. */
export function DrillScreen({ chosenId, onChoose }: DrillScreenProps) {
  const { t } = useTranslation();
  const mayOperate = useCan("delivery.operate");
  const drills = useOrgQuery(api.sandbox.drills.queries.list, {});
  useTitle(t("drill.title"));
  if (drills === undefined) return <SkeletonRows />;
  const active = drills.find(({ state }) => state.kind !== "done");
  const shown = drills.find(({ id }) => id === chosenId) ?? active;
  return (
    <Page title={t("drill.title")} description={t("drill.description")}>
      <div className="min-h-0 grow overflow-y-auto px-6 py-5 max-md:px-4">
        <div className="mx-auto flex max-w-5xl flex-col gap-8">
          {shown === undefined && mayOperate && <DrillForm onStarted={onChoose} />}
          {shown !== undefined && <DrillReport key={shown.id} drill={shown} onClose={() => onChoose(null)} />}
          <DrillHistory drills={drills.filter(({ state }) => state.kind === "done")} onChoose={onChoose} />
        </div>
      </div>
    </Page>
  );
}
