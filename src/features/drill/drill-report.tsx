import { ArrowLeft, CircleCheck, HeartPulse, Siren } from "lucide-react";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import { Button } from "../../components/ui/button";
import { StatusBadge } from "../../components/ui/badge";
import { SkeletonRows } from "../../components/ui/skeleton";
import { toastError } from "../../components/ui/toast";
import { ExactTime } from "../../components/ui/time";
import type { DrillRow } from "../../lib/api-types";
import { describeError } from "../../lib/errors";
import { useCan, useOrgMutation, useOrgQuery } from "../../lib/org";
import { DrillBreakers } from "./drill-breakers";
import { DrillFigures } from "./drill-figures";
import { DrillMessages } from "./drill-messages";

/** One drill, live while it lasts: who fails how, what the breakers do, what becomes of the messages. */
export function DrillReport({ drill, onClose }: { drill: DrillRow; onClose: () => void }) {
  const { t } = useTranslation();
  const view = useOrgQuery(api.sandbox.drills.queries.view, { drillId: drill.id });
  const isDone = drill.state.kind === "done";
  return (
    <article aria-labelledby="drill-report" className="flex flex-col gap-6">
      {isDone && (
        <Button variant="quiet" className="self-start" icon={<ArrowLeft aria-hidden size={14} />} onPress={onClose}>
          {t("drill.toList")}
        </Button>
      )}
      <Head drill={drill} />
      {view === undefined ? (
        <SkeletonRows count={5} className="px-0" />
      ) : (
        <>
          <DrillFigures figures={view.figures} isPartial={view.isPartial} />
          <div className="grid grid-cols-[minmax(0,2fr)_minmax(0,3fr)] gap-6 max-lg:grid-cols-1">
            <DrillBreakers view={view} />
            <DrillMessages messages={view.messages} />
          </div>
        </>
      )}
    </article>
  );
}

function Head({ drill }: { drill: DrillRow }) {
  const { t } = useTranslation();
  const mayOperate = useCan("delivery.operate");
  const end = useOrgMutation(api.sandbox.drills.mutations.end);
  const names = drill.targets.map(({ name }) => name).join(", ");
  return (
    <header className="flex flex-wrap items-start justify-between gap-3">
      <div className="flex min-w-0 flex-col gap-1">
        <DrillStateBadge drill={drill} />
        <h2 id="drill-report" className="text-base font-semibold">
          {names}: {t(`phones.behaviours.sending.${drill.behaviour}`)}
        </h2>
        <p className="text-sm text-muted">
          <StateText drill={drill} />
        </p>
      </div>
      {mayOperate && drill.state.kind === "running" && (
        <Button
          variant="primary"
          icon={<HeartPulse aria-hidden size={14} />}
          onPress={() =>
            void end({ drillId: drill.id }).catch((thrown: unknown) => toastError(describeError(thrown, t)))
          }
        >
          {t("drill.heal")}
        </Button>
      )}
    </header>
  );
}

function DrillStateBadge({ drill: { state } }: { drill: DrillRow }) {
  const { t } = useTranslation();
  switch (state.kind) {
    case "running":
      return <StatusBadge tone="danger" icon={Siren} label={t("drill.states.running")} />;
    case "recovering":
      return <StatusBadge tone="warn" icon={HeartPulse} label={t("drill.states.recovering")} />;
    case "done":
      return <StatusBadge tone="ok" icon={CircleCheck} label={t("drill.states.done")} />;
  }
}

function StateText({ drill: { state, startedAt, endsAt, startedBy } }: { drill: DrillRow }) {
  const { t } = useTranslation();
  return (
    <>
      {t("drill.startedBy", { name: startedBy })} <ExactTime at={startedAt} />.{" "}
      {state.kind === "running" ? (
        <>
          {t("drill.endsAt")} <ExactTime at={endsAt} />.
        </>
      ) : (
        <>
          {t(state.endedBy === "time" ? "drill.healedByTime" : "drill.healedByHand")} <ExactTime at={state.healedAt} />.{" "}
          {t(state.kind === "done" ? "drill.allThrough" : "drill.stillRecovering")}
        </>
      )}
    </>
  );
}
