import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import type { FunctionReturnType } from "convex/server";
import { api } from "../../../convex/_generated/api";
import { asAppError } from "../../../convex/lib/errors";
import { MEASURES } from "../../../convex/surveys/measures";
import { Button } from "../../components/ui/button";
import { Checkbox } from "../../components/ui/checkbox";
import { Select } from "../../components/ui/select";
import { SkeletonRows } from "../../components/ui/skeleton";
import { TextField } from "../../components/ui/text-field";
import { toast, toastError } from "../../components/ui/toast";
import { describeError } from "../../lib/errors";
import { useCan, useOrgMutation, useOrgQuery } from "../../lib/org";

type Settings = FunctionReturnType<typeof api.surveys.queries.settings>;

const WAYS = ["conversation", "best", "email"] as const;
const FIELDS = ["measures", "delayMinutes", "everyDays"] as const;

/** Whether customers are asked how it was after a conversation was closed, what, when and by which way. */
export function Surveys() {
  const { t } = useTranslation();
  const settings = useOrgQuery(api.surveys.queries.settings, {});
  return (
    <div className="flex flex-col gap-4">
      <p className="text-sm text-muted">{t("surveys.intro")}</p>
      {settings === undefined ? (
        <SkeletonRows count={4} className="px-0" />
      ) : (
        <SurveyForm key={JSON.stringify(settings)} stored={settings} />
      )}
    </div>
  );
}

function SurveyForm({ stored }: { stored: Settings }) {
  const { t } = useTranslation();
  const mayManage = useCan("sla.manage");
  const save = useOrgMutation(api.surveys.mutations.save);
  const [draft, setDraft] = useState({
    ...stored,
    delayMinutes: String(stored.delayMinutes),
    everyDays: String(stored.everyDays),
  });
  const [problem, setProblem] = useState<string | null>(null);
  const change = (changes: Partial<typeof draft>) => setDraft({ ...draft, ...changes });
  const errorAt = (field: (typeof FIELDS)[number]) => (problem === field ? t(`surveys.problems.${field}`) : null);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setProblem(null);
    const numbers = { delayMinutes: numberIn(draft.delayMinutes), everyDays: numberIn(draft.everyDays) };
    try {
      await save({ ...draft, ...numbers });
      toast(t("surveys.saved"));
    } catch (thrown) {
      const field = FIELDS.find((each) => each === asAppError(thrown)?.field);
      if (field === undefined) toastError(describeError(thrown, t));
      else setProblem(field);
    }
  };
  return (
    <form onSubmit={(event) => void submit(event)} noValidate className="flex max-w-xl flex-col gap-4">
      <Checkbox isSelected={draft.isOn} onChange={(isOn) => change({ isOn })} isDisabled={!mayManage}>
        {t("surveys.isOn")}
      </Checkbox>
      <MeasureChoice
        chosen={draft.measures}
        onChange={(measures) => change({ measures })}
        error={errorAt("measures")}
        isDisabled={!mayManage}
      />
      <Select
        label={t("surveys.by")}
        options={WAYS.map((id) => ({ id, label: t(`surveys.ways.${id}`) }))}
        value={draft.by}
        onChange={(by) => change({ by })}
        isDisabled={!mayManage}
      />
      <div className="grid grid-cols-2 gap-3 max-md:grid-cols-1">
        <TextField
          label={t("surveys.delay")}
          inputMode="numeric"
          value={draft.delayMinutes}
          onChange={(delayMinutes) => change({ delayMinutes })}
          error={errorAt("delayMinutes")}
          isReadOnly={!mayManage}
        />
        <TextField
          label={t("surveys.everyDays")}
          inputMode="numeric"
          value={draft.everyDays}
          onChange={(everyDays) => change({ everyDays })}
          error={errorAt("everyDays")}
          isReadOnly={!mayManage}
        />
      </div>
      <p className="text-xs text-faint">{t("surveys.rules")}</p>
      {mayManage && (
        <Button type="submit" variant="primary" className="self-start">
          {t("common.save")}
        </Button>
      )}
    </form>
  );
}

type MeasureChoiceProps = {
  chosen: Settings["measures"];
  onChange: (measures: Settings["measures"]) => void;
  error: string | null;
  isDisabled: boolean;
};

function MeasureChoice({ chosen, onChange, error, isDisabled }: MeasureChoiceProps) {
  const { t } = useTranslation();
  return (
    <fieldset className="flex flex-col">
      <legend className="pb-1 text-xs font-medium text-muted">{t("surveys.measures")}</legend>
      {MEASURES.map((measure) => (
        <Checkbox
          key={measure}
          isDisabled={isDisabled}
          isSelected={chosen.includes(measure)}
          onChange={(isOn) => onChange(MEASURES.filter((each) => (each === measure ? isOn : chosen.includes(each))))}
        >
          {t(`surveys.questions.${measure}`)}
        </Checkbox>
      ))}
      {error !== null && (
        <p role="alert" className="text-xs text-danger">
          {error}
        </p>
      )}
    </fieldset>
  );
}

/** What is no whole number is refused by the server at its field. */
function numberIn(text: string): number {
  return /^\d+$/.test(text.trim()) ? Number(text.trim()) : -1;
}
