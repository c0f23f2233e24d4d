import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../../convex/_generated/api";
import { Badge } from "../../../components/ui/badge";
import { FormDialog } from "../../../components/ui/form-dialog";
import { Select } from "../../../components/ui/select";
import { SkeletonRows } from "../../../components/ui/skeleton";
import { toast } from "../../../components/ui/toast";
import type { Choice, Flow, PublishImpact, SequenceBuilderView } from "../../../lib/api-types";
import { describeError } from "../../../lib/errors";
import { useOrgMutation, useOrgQuery } from "../../../lib/org";
import { ProblemText } from "./problem-text";

const MOVE: Choice = { kind: "move", toStepId: null };

/** Says what switching on means, for whom, before it is done; the people inside by the step they stand at (O-6). */
export function PublishDialog({ view, onClose }: { view: SequenceBuilderView; onClose: () => void }) {
  const { t } = useTranslation();
  const publish = useOrgMutation(api.sequences.drafts.mutations.publish);
  // What is switched on is what was seen: later changes of others are refused by the revision.
  const [{ revision, flow, problems }] = useState(view);
  const impact = useOrgQuery(api.sequences.publishing.queries.impact, { sequenceId: view.id, flow });
  const [choices, setChoices] = useState<ReadonlyMap<string, Choice>>(new Map());
  const [error, setError] = useState<string | null>(null);
  const isFirst = view.versionNumber === null;
  const submit = async () => {
    try {
      const chosen = [...choices].map(([stepId, choice]) => ({ stepId, choice }));
      await publish({ sequenceId: view.id, revision, choices: chosen });
      toast(t("builder.published", { name: view.name }));
      onClose();
    } catch (thrown) {
      setError(describeError(thrown, t));
    }
  };
  return (
    <FormDialog
      title={t(isFirst ? "builder.switchOnTitle" : "builder.publishTitle", { name: view.name })}
      saveLabel={t(isFirst ? "builder.switchOn" : "builder.publish")}
      onClose={onClose}
      onSubmit={async (event) => {
        event.preventDefault();
        await submit();
      }}
    >
      <p className="text-sm">{t("builder.fromNowOn")}</p>
      {!isFirst &&
        (impact === undefined ? (
          <SkeletonRows count={2} className="px-0" />
        ) : (
          <PeopleInside
            impact={impact}
            flow={flow}
            choices={choices}
            onChoose={(stepId, choice) => setChoices(new Map<string, Choice>([...choices, [stepId, choice]]))}
          />
        ))}
      {problems.length > 0 && (
        <ul aria-label={t("builder.problems")} className="flex flex-col gap-1">
          {problems.map((problem, i) => (
            <li key={i}>
              <ProblemText problem={problem} />
            </li>
          ))}
        </ul>
      )}
      {error !== null && (
        <p role="alert" className="text-sm text-danger">
          {error}
        </p>
      )}
    </FormDialog>
  );
}

type InsideProps = {
  impact: PublishImpact;
  flow: Flow;
  choices: ReadonlyMap<string, Choice>;
  onChoose: (stepId: string, choice: Choice) => void;
};

function PeopleInside({ impact, flow, choices, onChoose }: InsideProps) {
  const { t } = useTranslation();
  if (impact.isSweeping) {
    return (
      <p role="alert" className="text-sm text-warn">
        {t("builder.sweeping")}
      </p>
    );
  }
  const steps = impact.steps.filter(({ here }) => here > 0);
  if (steps.length === 0) return null;
  return (
    <section className="flex flex-col gap-3">
      <h3 className="text-sm font-semibold">{t("builder.inFlight")}</h3>
      <p className="text-sm text-muted">{t("builder.inFlightText")}</p>
      <ul className="flex flex-col gap-3">
        {steps.map((step) => (
          <li key={step.stepId} className="flex flex-col gap-1 rounded-md border border-line p-3">
            <span className="flex items-center gap-2 text-sm">
              <span className="truncate font-semibold">{step.name}</span>
              <Badge tone={step.change === "removed" ? "warn" : "neutral"}>{t(`builder.changes.${step.change}`)}</Badge>
            </span>
            <ChoiceSelect
              label={t("builder.standHere", { count: step.here })}
              flow={flow}
              value={choices.get(step.stepId) ?? MOVE}
              onChange={(choice) => onChoose(step.stepId, choice)}
            />
          </li>
        ))}
      </ul>
    </section>
  );
}

type ChoiceProps = { label: string; flow: Flow; value: Choice; onChange: (choice: Choice) => void };

/** Ids of steps come after this, so that no step is taken for a choice. */
const TO = "to:";

function ChoiceSelect({ label, flow, value, onChange }: ChoiceProps) {
  const { t } = useTranslation();
  const options = [
    { id: "move", label: t("builder.choices.move") },
    { id: "keep", label: t("builder.choices.keep") },
    { id: "finish", label: t("builder.choices.finish") },
    ...flow.nodes.map(({ stepId, name }) => ({ id: `${TO}${stepId}`, label: t("builder.choices.to", { name }) })),
  ];
  const chosen = value.kind === "move" && value.toStepId !== null ? `${TO}${value.toStepId}` : value.kind;
  const choose = (id: string) => {
    if (id.startsWith(TO)) onChange({ kind: "move", toStepId: id.slice(TO.length) });
    else onChange(id === "keep" || id === "finish" ? { kind: id } : MOVE);
  };
  return <Select label={label} value={chosen} options={options} onChange={choose} />;
}
