import type { FunctionReturnType } from "convex/server";
import { Siren } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import type { Id } from "../../../convex/_generated/dataModel";
import { asAppError } from "../../../convex/lib/errors";
import { SANDBOX_SENDING } from "../../../convex/sandbox/behaviour";
import { Button } from "../../components/ui/button";
import { Checkbox } from "../../components/ui/checkbox";
import { EmptyState } from "../../components/ui/empty-state";
import { Select } from "../../components/ui/select";
import { SkeletonRows } from "../../components/ui/skeleton";
import { toastError } from "../../components/ui/toast";
import { describeError } from "../../lib/errors";
import { useCan, useOrgMutation, useOrgQuery } from "../../lib/org";

const MINUTES = ["2", "5", "10", "30", "60"] as const;
const PRACTICE = ["0", "10", "30", "60", "100"] as const;
type Behaviour = (typeof SANDBOX_SENDING)[number];
const TROUBLES = SANDBOX_SENDING.filter((sending) => sending !== "normal");

/** Which simulated providers are to fail, how, how long, and with how many practice messages to watch. */
export function DrillForm({ onStarted }: { onStarted: (id: Id<"drills">) => void }) {
  const { t } = useTranslation();
  const mayUse = useCan("sandbox.use");
  const simulated = useOrgQuery(api.sandbox.queries.settings, mayUse ? {} : "skip");
  const start = useOrgMutation(api.sandbox.drills.mutations.start);
  const [chosen, setChosen] = useState<readonly Id<"connections">[]>([]);
  const [behaviour, setBehaviour] = useState<Behaviour>("dead");
  const [minutes, setMinutes] = useState<(typeof MINUTES)[number]>("5");
  const [practice, setPractice] = useState<(typeof PRACTICE)[number]>("30");
  const [problem, setProblem] = useState<string | null>(null);
  if (simulated === undefined) return <SkeletonRows count={4} />;
  const usable = simulated.filter(({ isEnabled }) => isEnabled);
  if (usable.length === 0) {
    return <EmptyState icon={Siren} title={t("drill.noSandbox")} text={t("drill.noSandboxText")} />;
  }
  const run = async () => {
    setProblem(null);
    try {
      const wanted = { behaviour, minutes: Number(minutes), practiceMessages: Number(practice) };
      onStarted(await start({ connectionIds: [...chosen], ...wanted }));
    } catch (thrown) {
      const error = asAppError(thrown);
      if (error?.code === "invalid") setProblem(error.message);
      else toastError(describeError(thrown, t));
    }
  };
  return (
    <section aria-labelledby="drill-form" className="flex flex-col gap-5 rounded-lg border border-line p-5">
      <h2 id="drill-form" className="text-base font-semibold">
        {t("drill.begin")}
      </h2>
      <Targets usable={usable} chosen={chosen} onChange={setChosen} />
      <div className="grid grid-cols-3 gap-4 max-md:grid-cols-1">
        <Select
          label={t("drill.what")}
          options={TROUBLES.map((id) => ({ id, label: t(`phones.behaviours.sending.${id}`) }))}
          value={behaviour}
          onChange={setBehaviour}
        />
        <Select
          label={t("drill.howLong")}
          options={MINUTES.map((id) => ({ id, label: t("drill.minutes", { count: Number(id) }) }))}
          value={minutes}
          onChange={setMinutes}
        />
        <Select
          label={t("drill.practice")}
          options={PRACTICE.map((id) => ({ id, label: t("drill.practiceCount", { count: Number(id) }) }))}
          value={practice}
          onChange={setPractice}
        />
      </div>
      <p className="text-sm text-muted">{t("drill.practiceText")}</p>
      {problem !== null && (
        <p role="alert" className="rounded-md bg-danger-soft px-3 py-2 text-sm text-danger">
          {problem}
        </p>
      )}
      <Button
        variant="primary"
        className="self-start"
        icon={<Siren aria-hidden size={14} />}
        isDisabled={chosen.length === 0}
        onPress={() => void run()}
      >
        {t("drill.start")}
      </Button>
    </section>
  );
}

type Simulated = FunctionReturnType<typeof api.sandbox.queries.settings>[number];
type TargetsProps = {
  usable: readonly Simulated[];
  chosen: readonly Id<"connections">[];
  onChange: (chosen: readonly Id<"connections">[]) => void;
};

function Targets({ usable, chosen, onChange }: TargetsProps) {
  const { t } = useTranslation();
  return (
    <fieldset className="flex flex-col gap-1">
      <legend className="pb-1 text-xs font-medium text-muted">{t("drill.who")}</legend>
      {usable.map(({ connectionId, name, channel }) => (
        <Checkbox
          key={connectionId}
          isSelected={chosen.includes(connectionId)}
          onChange={(isOn) => onChange(isOn ? [...chosen, connectionId] : chosen.filter((id) => id !== connectionId))}
        >
          {name} <span className="text-muted">· {t(`channels.${channel}`)}</span>
        </Checkbox>
      ))}
    </fieldset>
  );
}
