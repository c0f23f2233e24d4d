import { Plus } from "lucide-react";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../../convex/_generated/api";
import { MAX_STEPS, STEP_KINDS, type MacroAudience, type MacroStep } from "../../../../convex/inbox/macros/rules";
import { CHANNELS, THREAD_TYPES } from "../../../../convex/lib/closedSets";
import { Button } from "../../../components/ui/button";
import { FormDialog } from "../../../components/ui/form-dialog";
import { Menu } from "../../../components/ui/menu";
import { Select } from "../../../components/ui/select";
import { TextField } from "../../../components/ui/text-field";
import { useOrgMutation, useOrgQuery } from "../../../lib/org";
import { useFormProblem } from "../assignment/use-form-problem";
import type { MacroTarget } from "./macros";
import { StepFields } from "./step-fields";
import { useNewStep } from "./use-new-step";

const ANY = "any";

/** A step has a key of its own while it is edited: steps of one kind may be the same. */
type DraftStep = { key: number; step: MacroStep };

type MacroFormProps = { target: MacroTarget; mayShare: boolean; onClose: () => void };

/** Makes or changes a macro. */
export function MacroForm({ target, mayShare, onClose }: MacroFormProps) {
  const { t } = useTranslation();
  const macro = target.kind === "existing" ? target.macro : null;
  const [name, setName] = useState(macro?.name ?? "");
  const [audience, setAudience] = useState<MacroAudience>(
    macro?.audience ?? { kind: target.kind === "new" && !target.isPrivate ? "all" : "private" },
  );
  const [channel, setChannel] = useState<string>(macro?.context.channels[0] ?? ANY);
  const [threadType, setThreadType] = useState<string>(macro?.context.threadTypes[0] ?? ANY);
  const [steps, setSteps] = useState<DraftStep[]>(() => (macro?.steps ?? []).map((step, key) => ({ key, step })));
  const { errorOf, save } = useFormProblem(onClose);
  const create = useOrgMutation(api.inbox.macros.mutations.create);
  const change = useOrgMutation(api.inbox.macros.mutations.change);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const context = {
      channels: CHANNELS.filter((each) => each === channel),
      threadTypes: THREAD_TYPES.filter((each) => each === threadType),
    };
    const fields = { name, audience, context, steps: steps.map(({ step }) => step) };
    await save(() => (macro === null ? create(fields) : change({ ...fields, macroId: macro.id })));
  };
  const any = { id: ANY, label: t("assignment.any") };
  return (
    <FormDialog title={t(macro === null ? "macros.add" : "macros.edit")} onClose={onClose} onSubmit={submit}>
      <TextField label={t("macros.name")} value={name} onChange={setName} error={errorOf("name")} autoFocus />
      {mayShare && <AudienceSelect audience={audience} onChange={setAudience} />}
      <div className="grid grid-cols-2 gap-3 max-md:grid-cols-1">
        <Select
          label={t("macros.forChannel")}
          options={[any, ...CHANNELS.map((id) => ({ id: id as string, label: t(`channels.${id}`) }))]}
          value={channel}
          onChange={setChannel}
        />
        <Select
          label={t("macros.forType")}
          options={[any, ...THREAD_TYPES.map((id) => ({ id: id as string, label: t(`slaSettings.types.${id}`) }))]}
          value={threadType}
          onChange={setThreadType}
        />
      </div>
      <StepList steps={steps} onChange={setSteps} errorOf={errorOf} />
    </FormDialog>
  );
}

type AudienceSelectProps = { audience: MacroAudience; onChange: (audience: MacroAudience) => void };

function AudienceSelect({ audience, onChange }: AudienceSelectProps) {
  const { t } = useTranslation();
  const teams = (useOrgQuery(api.inbox.teams.queries.list, {}) ?? []).filter(({ isArchived }) => !isArchived);
  const choices: { id: string; label: string; audience: MacroAudience }[] = [
    { id: "all", label: t("macros.audience.all"), audience: { kind: "all" } },
    ...teams.map(({ id: teamId, name }) => {
      return {
        id: teamId as string,
        label: t("macros.forTeam", { name }),
        audience: { kind: "team" as const, teamId },
      };
    }),
    { id: "private", label: t("macros.audience.private"), audience: { kind: "private" } },
  ];
  return (
    <Select
      label={t("macros.audience.label")}
      options={choices.map(({ id, label }) => ({ id, label }))}
      value={audience.kind === "team" ? (audience.teamId as string) : audience.kind}
      onChange={(chosen) => onChange(choices.find(({ id }) => id === chosen)?.audience ?? audience)}
    />
  );
}

type StepListProps = {
  steps: DraftStep[];
  onChange: (steps: DraftStep[]) => void;
  errorOf: (field: string) => string | null;
};

function StepList({ steps, onChange, errorOf }: StepListProps) {
  const { t } = useTranslation();
  const newStep = useNewStep();
  const add = (kind: MacroStep["kind"]) => {
    const step = newStep(kind);
    if (step === null) return;
    const key = 1 + Math.max(-1, ...steps.map((each) => each.key));
    onChange([...steps, { key, step }]);
  };
  const items = STEP_KINDS.map((kind) => ({
    id: kind,
    label: t(`macros.kinds.${kind}`),
    isDisabled: newStep(kind) === null,
    onAction: () => add(kind),
  }));
  const problem = steps.length === 0 ? errorOf("steps") : null;
  return (
    <section aria-label={t("macros.steps")} className="flex flex-col gap-2">
      <h3 className="text-xs font-medium text-muted">{t("macros.steps")}</h3>
      {steps.length > 0 && (
        <ol className="divide-y divide-line rounded-md border border-line">
          {steps.map(({ key, step }, index) => (
            <li key={key} className="px-3 py-2">
              <StepFields
                step={step}
                error={errorOf(`steps.${index}`)}
                onChange={(next) => onChange(steps.map((each) => (each.key === key ? { key, step: next } : each)))}
                onRemove={() => onChange(steps.filter((each) => each.key !== key))}
              />
            </li>
          ))}
        </ol>
      )}
      {problem !== null && (
        <p role="alert" className="text-xs text-danger">
          {problem}
        </p>
      )}
      {steps.length < MAX_STEPS && (
        <Menu
          label={t("macros.addStep")}
          placement="bottom start"
          groups={[{ id: "kinds", items }]}
          trigger={
            <Button size="sm" className="self-start" icon={<Plus aria-hidden size={14} />}>
              {t("macros.addStep")}
            </Button>
          }
        />
      )}
      <p className="text-xs text-faint">{t("macros.orderHint")}</p>
    </section>
  );
}
