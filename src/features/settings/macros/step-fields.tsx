import { X } from "lucide-react";
import { useTranslation } from "react-i18next";
import { api } from "../../../../convex/_generated/api";
import type { MacroStep } from "../../../../convex/inbox/macros/rules";
import { PRIORITIES, THREAD_STATUSES, THREAD_TYPES } from "../../../../convex/lib/closedSets";
import { IconButton } from "../../../components/ui/button";
import { Checkbox } from "../../../components/ui/checkbox";
import { Select } from "../../../components/ui/select";
import { TextField } from "../../../components/ui/text-field";
import { useOrgQuery } from "../../../lib/org";

/** Days that are offered; other numbers come from the API. */
const DAYS = [1, 2, 3, 5, 7, 14, 30] as const;
const NEVER = "none";

type StepFieldsProps = {
  step: MacroStep;
  error: string | null;
  onChange: (step: MacroStep) => void;
  onRemove: () => void;
};

/** One step of a macro: what it does, and with what. */
export function StepFields({ step, error, onChange, onRemove }: StepFieldsProps) {
  const { t } = useTranslation();
  const name = t(`macros.kinds.${step.kind}`);
  return (
    <div className="flex flex-col gap-1.5">
      <div className="flex items-center justify-between gap-2">
        <span className="text-sm font-medium">{name}</span>
        <IconButton size="sm" label={t("macros.removeStep", { name })} icon={<X size={14} />} onPress={onRemove} />
      </div>
      <StepInput step={step} onChange={onChange} />
      {error !== null && (
        <p role="alert" className="text-xs text-danger">
          {error}
        </p>
      )}
    </div>
  );
}

type InputProps<S extends MacroStep = MacroStep> = { step: S; onChange: (step: MacroStep) => void };
type StepOf<K extends MacroStep["kind"]> = Extract<MacroStep, { kind: K }>;

function StepInput({ step, onChange }: InputProps) {
  const { t } = useTranslation();
  const label = t(`macros.kinds.${step.kind}`);
  switch (step.kind) {
    case "reply":
      return <ReplyInput step={step} onChange={onChange} />;
    case "note":
      return (
        <TextField
          label={label}
          hideLabel
          rows={3}
          value={step.text}
          onChange={(text) => onChange({ ...step, text })}
        />
      );
    case "tag":
    case "untag":
      return <TextField label={label} hideLabel value={step.tag} onChange={(tag) => onChange({ ...step, tag })} />;
    case "type":
      return (
        <Select
          label={label}
          hideLabel
          options={THREAD_TYPES.map((id) => ({ id, label: t(`slaSettings.types.${id}`) }))}
          value={step.threadType}
          onChange={(threadType) => onChange({ ...step, threadType })}
        />
      );
    case "priority":
      return (
        <Select
          label={label}
          hideLabel
          options={PRIORITIES.map((id) => ({ id, label: t(`priorities.${id}`) }))}
          value={step.priority}
          onChange={(priority) => onChange({ ...step, priority })}
        />
      );
    case "team":
      return <TeamInput step={step} onChange={onChange} />;
    case "assign":
      return (
        <HolderSelect
          label={label}
          value={step.assigneeId}
          onChange={(assigneeId) => onChange({ ...step, assigneeId })}
        />
      );
    case "task":
      return <TaskInput step={step} onChange={onChange} />;
    case "follow":
      return null;
    case "status":
      return (
        <Select
          label={label}
          hideLabel
          options={THREAD_STATUSES.map((id) => ({ id, label: t(`threadStatus.${id}`) }))}
          value={step.status}
          onChange={(status) => onChange({ ...step, status })}
        />
      );
    case "snooze":
      return (
        <DaysSelect
          label={label}
          hideLabel
          none={t("macros.untilReply")}
          value={step.days}
          onChange={(days) => onChange({ ...step, days })}
        />
      );
  }
}

function ReplyInput({ step, onChange }: InputProps<StepOf<"reply">>) {
  const { t } = useTranslation();
  const shared = useOrgQuery(api.templates.queries.list, {}) ?? [];
  const own = useOrgQuery(api.templates.queries.mine, {}) ?? [];
  const texts = [...shared, ...own].filter(({ id, isActive }) => isActive || id === step.templateId);
  return (
    <>
      <Select
        label={t("macros.text")}
        hideLabel
        options={texts.map(({ id, name }) => ({ id, label: name }))}
        value={step.templateId}
        onChange={(templateId) => onChange({ ...step, templateId })}
      />
      <Checkbox isSelected={step.send} onChange={(send) => onChange({ ...step, send })}>
        {t("macros.sendAtOnce")}
      </Checkbox>
    </>
  );
}

function TeamInput({ step, onChange }: InputProps<StepOf<"team">>) {
  const { t } = useTranslation();
  const teams = useOrgQuery(api.inbox.teams.queries.list, {}) ?? [];
  const options = [
    ...teams
      .filter(({ id, isArchived }) => !isArchived || id === step.teamId)
      .map(({ id, name }) => ({ id: id as string, label: name })),
    { id: NEVER, label: t("bulk.noTeam") },
  ];
  return (
    <Select
      label={t("macros.kinds.team")}
      hideLabel
      options={options}
      value={step.teamId ?? NEVER}
      onChange={(chosen) => onChange({ ...step, teamId: teams.find(({ id }) => id === chosen)?.id ?? null })}
    />
  );
}

function TaskInput({ step, onChange }: InputProps<StepOf<"task">>) {
  const { t } = useTranslation();
  return (
    <div className="grid grid-cols-2 gap-2 max-md:grid-cols-1">
      <TextField
        label={t("macros.taskTitle")}
        value={step.title}
        onChange={(title) => onChange({ ...step, title })}
        className="col-span-full"
      />
      <HolderSelect
        label={t("macros.taskHolder")}
        isLabelled
        value={step.assigneeId}
        onChange={(assigneeId) => onChange({ ...step, assigneeId })}
      />
      <DaysSelect
        label={t("macros.taskDue")}
        none={t("macros.noDue")}
        value={step.dueDays}
        onChange={(dueDays) => onChange({ ...step, dueDays })}
      />
    </div>
  );
}

type Holder = StepOf<"assign">["assigneeId"];
type HolderSelectProps = { label: string; isLabelled?: boolean; value: Holder; onChange: (holder: Holder) => void };

function HolderSelect({ label, isLabelled = false, value, onChange }: HolderSelectProps) {
  const { t } = useTranslation();
  const members = useOrgQuery(api.orgs.queries.members, {}) ?? [];
  const people = members.filter(({ memberId, status }) => status === "active" || memberId === value);
  const options = [
    { id: "me", label: t("macros.whoRuns") },
    ...people.map(({ memberId, name }) => ({ id: memberId as string, label: name })),
    { id: NEVER, label: t("common.nobody") },
  ];
  const choose = (chosen: string) =>
    onChange(chosen === "me" ? "me" : (members.find(({ memberId }) => memberId === chosen)?.memberId ?? null));
  return <Select label={label} hideLabel={!isLabelled} options={options} value={value ?? NEVER} onChange={choose} />;
}

type DaysSelectProps = {
  label: string;
  hideLabel?: boolean;
  /** What no number of days means. */
  none: string;
  value: number | null;
  onChange: (days: number | null) => void;
};

function DaysSelect({ label, hideLabel = false, none, value, onChange }: DaysSelectProps) {
  const { t } = useTranslation();
  const days = [...new Set([...DAYS, ...(value === null ? [] : [value])])].toSorted((a, b) => a - b);
  const options = [
    ...days.map((count) => ({ id: String(count), label: t("macros.inDays", { count }) })),
    { id: NEVER, label: none },
  ];
  return (
    <Select
      label={label}
      hideLabel={hideLabel}
      options={options}
      value={value === null ? NEVER : String(value)}
      onChange={(chosen) => onChange(chosen === NEVER ? null : Number(chosen))}
    />
  );
}
