import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../../convex/_generated/api";
import type { Id } from "../../../../convex/_generated/dataModel";
import { PRIORITIES, RULED_CHANNELS, THREAD_TYPES } from "../../../../convex/lib/closedSets";
import { asAppError } from "../../../../convex/lib/errors";
import { DEFAULT_ESCALATION } from "../../../../convex/sla/policies";
import { CLOCK_KINDS, SLA_STAGES, type SlaStage } from "../../../../convex/sla/sets";
import { FormDialog } from "../../../components/ui/form-dialog";
import { Select } from "../../../components/ui/select";
import { TextField } from "../../../components/ui/text-field";
import { toast, toastError } from "../../../components/ui/toast";
import { describeError } from "../../../lib/errors";
import { useOrgMutation, useOrgQuery } from "../../../lib/org";
import { AccountChoice } from "../account-choice";
import { eachStage, readTargets, targetKey, writeTargets } from "./policy-draft";

export type Policy = (typeof api.sla.queries.policies)["_returnType"][number];
export type PolicyTarget = { kind: "new" } | { kind: "existing"; policy: Policy };
type EscalationTarget = Policy["escalation"]["first_reminder"];

const ANY = "any";
const ONLY = "only";
const DEFAULT_CALENDAR = "default";
const ROLES = ["team_lead", "manager", "admin"] as const;

/** Makes or changes one service level. */
export function PolicyDialog({ target, onClose }: { target: PolicyTarget; onClose: () => void }) {
  const { t } = useTranslation();
  const policy = target.kind === "existing" ? target.policy : null;
  const { draft, set, errorOf, submit } = usePolicyForm(policy, onClose);
  const calendars = useOrgQuery(api.sla.queries.calendars, {}) ?? [];
  return (
    <FormDialog
      title={t(policy === null ? "slaSettings.addPolicy" : "slaSettings.editPolicy")}
      onClose={onClose}
      onSubmit={submit}
    >
      <TextField
        label={t("slaSettings.name")}
        value={draft.name}
        onChange={(name) => set({ name })}
        error={errorOf("name")}
        autoFocus
      />
      <ConditionFields draft={draft} set={set} />
      <TargetFields draft={draft} set={set} errorOf={errorOf} />
      {errorOf("targets") !== null && <p className="text-xs text-danger">{errorOf("targets")}</p>}
      <Select
        label={t("slaSettings.calendar")}
        options={[
          { id: DEFAULT_CALENDAR, label: t("slaSettings.teamsCalendar") },
          ...calendars.map(({ id, name }) => ({ id, label: name })),
        ]}
        value={draft.calendarId}
        onChange={(calendarId) => set({ calendarId })}
      />
      <StageFields
        stages={draft.stages}
        onChange={(stage, key) => set({ stages: { ...draft.stages, [stage]: key } })}
      />
      <TextField
        label={t("slaSettings.executiveAfter")}
        inputMode="numeric"
        value={draft.executiveAfter}
        onChange={(executiveAfter) => set({ executiveAfter })}
        error={errorOf("escalation.executiveAfterHours")}
      />
    </FormDialog>
  );
}

type Form = ReturnType<typeof usePolicyForm>;

function ConditionFields({ draft, set }: Pick<Form, "draft" | "set">) {
  const { t } = useTranslation();
  const any = { id: ANY, label: t("slaSettings.any") };
  return (
    <div className="grid grid-cols-2 gap-3 max-md:grid-cols-1">
      <Select
        label={t("slaSettings.channel")}
        options={[any, ...RULED_CHANNELS.map((id) => ({ id, label: t(`channels.${id}`) }))]}
        value={draft.channel}
        onChange={(channel) => set({ channel })}
      />
      <Select
        label={t("slaSettings.priority")}
        options={[any, ...PRIORITIES.map((id) => ({ id, label: t(`priorities.${id}`) }))]}
        value={draft.priority}
        onChange={(priority) => set({ priority })}
      />
      <Select
        label={t("slaSettings.type")}
        options={[any, ...THREAD_TYPES.map((id) => ({ id, label: t(`slaSettings.types.${id}`) }))]}
        value={draft.threadType}
        onChange={(threadType) => set({ threadType })}
      />
      <Select
        label={t("slaSettings.tickets")}
        options={[
          { id: ANY, label: t("slaSettings.allOrTickets") },
          { id: ONLY, label: t("slaSettings.onlyTickets") },
        ]}
        value={draft.tickets}
        onChange={(tickets) => set({ tickets })}
      />
      <AccountChoice value={draft.accountId} onChange={(accountId) => set({ accountId })} />
    </div>
  );
}

function TargetFields({ draft, set, errorOf }: Pick<Form, "draft" | "set" | "errorOf">) {
  const { t } = useTranslation();
  return (
    <fieldset className="grid grid-cols-2 gap-3 max-md:grid-cols-1">
      <legend className="pb-1 text-xs font-medium text-muted">{t("slaSettings.targets")}</legend>
      {CLOCK_KINDS.map((kind) => (
        <TextField
          key={kind}
          label={t(`sla.clocks.${kind}`)}
          inputMode="numeric"
          value={draft.targets[kind]}
          onChange={(text) => set({ targets: { ...draft.targets, [kind]: text } })}
          error={errorOf(`targets.${kind}`)}
        />
      ))}
    </fieldset>
  );
}

type StageFieldsProps = { stages: Record<SlaStage, string>; onChange: (stage: SlaStage, key: string) => void };

function StageFields({ stages, onChange }: StageFieldsProps) {
  const { t } = useTranslation();
  const members = useOrgQuery(api.orgs.queries.members, {}) ?? [];
  const options = [
    { id: "nobody", label: t("slaSettings.nobody") },
    { id: "assignee", label: t("slaSettings.assignee") },
    ...ROLES.map((role) => ({
      id: `role:${role}`,
      label: role === "team_lead" ? t("slaSettings.leads") : t("slaSettings.allOf", { role: t(`roles.${role}`) }),
    })),
    ...members
      .filter(({ status }) => status === "active")
      .map(({ memberId, name }) => ({ id: `member:${memberId}`, label: name })),
  ];
  return (
    <fieldset className="grid grid-cols-2 gap-3 max-md:grid-cols-1">
      <legend className="pb-1 text-xs font-medium text-muted">{t("slaSettings.escalation")}</legend>
      {SLA_STAGES.map((stage) => (
        <Select
          key={stage}
          label={t(`slaSettings.stages.${stage}`)}
          options={options}
          value={stages[stage]}
          onChange={(key) => onChange(stage, key)}
        />
      ))}
    </fieldset>
  );
}

type Draft = {
  name: string;
  channel: string;
  priority: string;
  threadType: string;
  tickets: string;
  accountId: Id<"accounts"> | null;
  targets: ReturnType<typeof writeTargets>;
  calendarId: string;
  stages: Record<SlaStage, string>;
  executiveAfter: string;
};

function usePolicyForm(policy: Policy | null, onClose: () => void) {
  const { t } = useTranslation();
  const create = useOrgMutation(api.sla.mutations.createPolicy);
  const change = useOrgMutation(api.sla.mutations.changePolicy);
  const members = useOrgQuery(api.orgs.queries.members, {}) ?? [];
  const calendars = useOrgQuery(api.sla.queries.calendars, {}) ?? [];
  const escalation = policy?.escalation ?? DEFAULT_ESCALATION;
  const [draft, setDraft] = useState<Draft>({
    name: policy?.name ?? "",
    channel: policy?.conditions.channel ?? ANY,
    priority: policy?.conditions.priority ?? ANY,
    threadType: policy?.conditions.threadType ?? ANY,
    tickets: policy?.conditions.isTicket === true ? ONLY : ANY,
    accountId: policy?.conditions.accountId ?? null,
    targets: writeTargets(policy?.targets ?? {}),
    calendarId: policy?.calendarId ?? DEFAULT_CALENDAR,
    stages: eachStage((stage) => targetKey(escalation[stage])),
    executiveAfter: String(escalation.executiveAfterHours),
  });
  const [problem, setProblem] = useState<{ field: string; message: string } | null>(null);
  const stageTarget = (key: string): EscalationTarget => {
    const role = ROLES.find((each) => key === `role:${each}`);
    if (role !== undefined) return { kind: "role", role };
    const member = members.find(({ memberId }) => key === `member:${memberId}`);
    if (member !== undefined) return { kind: "member", memberId: member.memberId };
    return { kind: key === "assignee" ? "assignee" : "nobody" };
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const targets = readTargets(draft.targets);
    if (targets === null) return setProblem({ field: "targets", message: t("slaSettings.badTargets") });
    const calendar = calendars.find(({ id }) => id === draft.calendarId);
    const channel = RULED_CHANNELS.find((each) => each === draft.channel);
    const priority = PRIORITIES.find((each) => each === draft.priority);
    const threadType = THREAD_TYPES.find((each) => each === draft.threadType);
    const fields = {
      name: draft.name,
      conditions: {
        ...(channel === undefined ? {} : { channel }),
        ...(priority === undefined ? {} : { priority }),
        ...(threadType === undefined ? {} : { threadType }),
        ...(draft.accountId === null ? {} : { accountId: draft.accountId }),
        ...(draft.tickets === ONLY ? { isTicket: true as const } : {}),
      },
      targets,
      ...(calendar === undefined ? {} : { calendarId: calendar.id }),
      escalation: {
        ...eachStage((stage) => stageTarget(draft.stages[stage])),
        executiveAfterHours: Number(draft.executiveAfter),
      },
    };
    try {
      await (policy === null ? create(fields) : change({ policyId: policy.id, ...fields }));
      toast(t("slaSettings.saved"));
      onClose();
    } catch (thrown) {
      const error = asAppError(thrown);
      if (error?.field === undefined) toastError(describeError(thrown, t));
      else setProblem({ field: error.field, message: error.message });
    }
  };
  return {
    draft,
    set: (patch: Partial<typeof draft>) => setDraft({ ...draft, ...patch }),
    errorOf: (field: string) => (problem?.field === field ? problem.message : null),
    submit,
  };
}
