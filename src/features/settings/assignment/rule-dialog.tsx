import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../../convex/_generated/api";
import type { Id } from "../../../../convex/_generated/dataModel";
import { RULE_HOURS } from "../../../../convex/inbox/assignment/sets";
import { PRIORITIES, RULED_CHANNELS, THREAD_TYPES } from "../../../../convex/lib/closedSets";
import { FormDialog } from "../../../components/ui/form-dialog";
import { Select } from "../../../components/ui/select";
import { TextField } from "../../../components/ui/text-field";
import { useOrgMutation, useOrgQuery } from "../../../lib/org";
import { AccountChoice } from "../account-choice";
import { useFormProblem } from "./use-form-problem";

export type Rule = (typeof api.inbox.assignment.queries.rules)["_returnType"][number];
export type RuleTarget = { kind: "new" } | { kind: "existing"; rule: Rule };

const ANY = "any";

function draftOf(rule: Rule | null) {
  const { conditions = {}, target } = rule ?? {};
  return {
    name: rule?.name ?? "",
    channel: conditions.channel ?? ANY,
    channelId: conditions.channelId ?? ANY,
    threadType: conditions.threadType ?? ANY,
    priority: conditions.priority ?? ANY,
    tag: conditions.tag ?? "",
    language: conditions.language ?? "",
    hours: conditions.hours ?? ANY,
    accountId: conditions.accountId ?? null,
    target: target === undefined ? "" : target.kind === "team" ? `team:${target.teamId}` : `member:${target.memberId}`,
    skills: target?.kind === "team" ? target.skills.join(", ") : "",
  };
}

type Draft = Omit<ReturnType<typeof draftOf>, "accountId"> & { accountId: Id<"accounts"> | null };
type Fields = { draft: Draft; set: (patch: Partial<Draft>) => void; errorOf: (field: string) => string | null };

/** Makes or changes one rule. */
export function RuleDialog({ target, onClose }: { target: RuleTarget; onClose: () => void }) {
  const { t } = useTranslation();
  const rule = target.kind === "existing" ? target.rule : null;
  const [draft, setDraft] = useState<Draft>(() => draftOf(rule));
  const { errorOf, save } = useFormProblem(onClose);
  const write = useSaveRule(rule);
  const set = (patch: Partial<Draft>) => setDraft({ ...draft, ...patch });
  const targets = useTargets();
  const chosen = targets.some(({ id }) => id === draft.target) ? draft.target : (targets[0]?.id ?? "");
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    await save(() => write({ ...draft, target: chosen }));
  };
  return (
    <FormDialog
      title={t(rule === null ? "assignment.addRule" : "assignment.editRule")}
      onClose={onClose}
      onSubmit={submit}
    >
      <TextField
        label={t("assignment.name")}
        value={draft.name}
        onChange={(name) => set({ name })}
        error={errorOf("name")}
        autoFocus
      />
      <ConditionFields draft={draft} set={set} errorOf={errorOf} />
      <Select label={t("assignment.target")} options={targets} value={chosen} onChange={(id) => set({ target: id })} />
      {chosen.startsWith("team:") && (
        <TextField
          label={t("assignment.neededSkills")}
          description={t("assignment.neededSkillsHint")}
          value={draft.skills}
          onChange={(skills) => set({ skills })}
          error={errorOf("skills")}
        />
      )}
    </FormDialog>
  );
}

function ConditionFields({ draft, set, errorOf }: Fields) {
  const { t } = useTranslation();
  const places = useOrgQuery(api.inbox.assignment.queries.places, {}) ?? [];
  const any = { id: ANY, label: t("assignment.any") };
  return (
    <div className="grid grid-cols-2 gap-3 max-md:grid-cols-1">
      <Select
        label={t("assignment.channel")}
        options={[any, ...RULED_CHANNELS.map((id) => ({ id, label: t(`channels.${id}`) }))]}
        value={draft.channel}
        onChange={(channel) => set({ channel })}
      />
      <Select
        label={t("assignment.place")}
        options={[any, ...places.map(({ id, name }) => ({ id, label: name }))]}
        value={draft.channelId}
        onChange={(channelId) => set({ channelId })}
      />
      <Select
        label={t("assignment.type")}
        options={[any, ...THREAD_TYPES.map((id) => ({ id, label: t(`slaSettings.types.${id}`) }))]}
        value={draft.threadType}
        onChange={(threadType) => set({ threadType })}
      />
      <Select
        label={t("assignment.priority")}
        options={[any, ...PRIORITIES.map((id) => ({ id, label: t(`priorities.${id}`) }))]}
        value={draft.priority}
        onChange={(priority) => set({ priority })}
      />
      <TextField
        label={t("assignment.tag")}
        placeholder={t("assignment.any")}
        value={draft.tag}
        onChange={(tag) => set({ tag })}
        error={errorOf("conditions.tag")}
      />
      <TextField
        label={t("assignment.language")}
        placeholder={t("assignment.any")}
        value={draft.language}
        onChange={(language) => set({ language })}
        error={errorOf("conditions.language")}
      />
      <AccountChoice value={draft.accountId} onChange={(accountId) => set({ accountId })} />
      <Select
        label={t("assignment.when")}
        options={[any, ...RULE_HOURS.map((id) => ({ id, label: t(`assignment.hours.${id}`) }))]}
        value={draft.hours}
        onChange={(hours) => set({ hours })}
      />
    </div>
  );
}

function useTargets() {
  const { t } = useTranslation();
  const members = useOrgQuery(api.orgs.queries.members, {}) ?? [];
  const teams = useOrgQuery(api.inbox.teams.queries.list, {}) ?? [];
  return [
    ...teams
      .filter(({ isArchived }) => !isArchived)
      .map(({ id, name }) => ({ id: `team:${id}`, label: t("assignment.teamNamed", { name }) })),
    ...members
      .filter(({ status }) => status === "active")
      .map(({ memberId, name }) => ({ id: `member:${memberId}`, label: name })),
  ];
}

function useSaveRule(rule: Rule | null) {
  const create = useOrgMutation(api.inbox.assignment.mutations.createRule);
  const change = useOrgMutation(api.inbox.assignment.mutations.changeRule);
  const members = useOrgQuery(api.orgs.queries.members, {}) ?? [];
  const teams = useOrgQuery(api.inbox.teams.queries.list, {}) ?? [];
  const places = useOrgQuery(api.inbox.assignment.queries.places, {}) ?? [];
  return async (draft: Draft) => {
    const team = teams.find(({ id }) => `team:${id}` === draft.target);
    const member = members.find(({ memberId }) => `member:${memberId}` === draft.target);
    const skills = draft.skills.split(",");
    const target: Rule["target"] | null =
      team !== undefined
        ? { kind: "team", teamId: team.id, skills }
        : member !== undefined
          ? { kind: "member", memberId: member.memberId }
          : null;
    // The list of people is still on its way.
    if (target === null) return;
    const conditions: Rule["conditions"] = {
      channel: RULED_CHANNELS.find((each) => each === draft.channel),
      channelId: places.find(({ id }) => id === draft.channelId)?.id,
      threadType: THREAD_TYPES.find((each) => each === draft.threadType),
      priority: PRIORITIES.find((each) => each === draft.priority),
      tag: draft.tag,
      language: draft.language,
      hours: RULE_HOURS.find((each) => each === draft.hours),
      accountId: draft.accountId ?? undefined,
    };
    const fields = { name: draft.name, conditions, target };
    await (rule === null ? create(fields) : change({ ruleId: rule.id, ...fields }));
  };
}
