import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../../../convex/_generated/api";
import type { Id } from "../../../../../convex/_generated/dataModel";
import { WORD_PLACES } from "../../../../../convex/inbox/sorting/sets";
import { CHANNELS, PRIORITIES, THREAD_TYPES } from "../../../../../convex/lib/closedSets";
import { Checkbox } from "../../../../components/ui/checkbox";
import { FormDialog } from "../../../../components/ui/form-dialog";
import { Select } from "../../../../components/ui/select";
import { TextField } from "../../../../components/ui/text-field";
import { useOrgMutation, useOrgQuery } from "../../../../lib/org";
import { AccountChoice } from "../../account-choice";
import { useFormProblem } from "../use-form-problem";

export type SortingRule = (typeof api.inbox.sorting.queries.rules)["_returnType"][number];
export type SortingTarget = { kind: "new" } | { kind: "existing"; rule: SortingRule };

const ANY = "any";
const FILES = ["with", "without"] as const;

function draftOf(rule: SortingRule | null) {
  const { conditions = {}, effect } = rule ?? {};
  return {
    name: rule?.name ?? "",
    channel: conditions.channel ?? ANY,
    channelId: conditions.channelId ?? ANY,
    words: conditions.words?.join("\n") ?? "",
    wordsIn: conditions.wordsIn ?? ANY,
    senders: conditions.senders?.join("\n") ?? "",
    accountId: conditions.accountId ?? null,
    language: conditions.language ?? "",
    files: conditions.hasFiles === undefined ? ANY : conditions.hasFiles ? "with" : "without",
    threadType: effect?.threadType ?? ANY,
    priority: effect?.priority ?? ANY,
    tags: effect?.tags.join(", ") ?? "",
    goesOn: rule?.goesOn ?? false,
  };
}

type Draft = Omit<ReturnType<typeof draftOf>, "accountId"> & { accountId: Id<"accounts"> | null };
type Fields = { draft: Draft; set: (patch: Partial<Draft>) => void; errorOf: (field: string) => string | null };

/** Makes or changes one sorting rule. */
export function SortingDialog({ target, onClose }: { target: SortingTarget; onClose: () => void }) {
  const { t } = useTranslation();
  const rule = target.kind === "existing" ? target.rule : null;
  const [draft, setDraft] = useState<Draft>(() => draftOf(rule));
  const { errorOf, save } = useFormProblem(onClose);
  const write = useSaveRule(rule);
  const set = (patch: Partial<Draft>) => setDraft({ ...draft, ...patch });
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    await save(() => write(draft));
  };
  const fields = { draft, set, errorOf };
  return (
    <FormDialog title={t(rule === null ? "sorting.add" : "sorting.edit")} onClose={onClose} onSubmit={submit}>
      <TextField
        label={t("sorting.name")}
        value={draft.name}
        onChange={(name) => set({ name })}
        error={errorOf("name")}
        autoFocus
      />
      <fieldset className="flex flex-col gap-3">
        <legend className="pb-2 text-sm font-semibold">{t("sorting.when")}</legend>
        <WordFields {...fields} />
        <FactFields {...fields} />
      </fieldset>
      <fieldset className="flex flex-col gap-3">
        <legend className="pb-2 text-sm font-semibold">{t("sorting.then")}</legend>
        <EffectFields {...fields} />
        <Checkbox isSelected={draft.goesOn} onChange={(goesOn) => set({ goesOn })}>
          {t("sorting.goesOn")}
          <span className="block text-xs text-faint">{t("sorting.goesOnHint")}</span>
        </Checkbox>
      </fieldset>
    </FormDialog>
  );
}

function WordFields({ draft, set, errorOf }: Fields) {
  const { t } = useTranslation();
  const both = { id: ANY, label: t("sorting.wordsIn.both") };
  return (
    <>
      <TextField
        label={t("sorting.words")}
        description={t("sorting.wordsHint")}
        value={draft.words}
        onChange={(words) => set({ words })}
        error={errorOf("conditions.words")}
        rows={3}
      />
      <Select
        label={t("sorting.wordsPlace")}
        options={[both, ...WORD_PLACES.map((id) => ({ id, label: t(`sorting.wordsIn.${id}`) }))]}
        value={draft.wordsIn}
        onChange={(wordsIn) => set({ wordsIn })}
      />
      <TextField
        label={t("sorting.senders")}
        description={t("sorting.sendersHint")}
        value={draft.senders}
        onChange={(senders) => set({ senders })}
        error={errorOf("conditions.senders")}
        rows={2}
      />
    </>
  );
}

function FactFields({ draft, set, errorOf }: Fields) {
  const { t } = useTranslation();
  const places = useOrgQuery(api.inbox.assignment.queries.places, {}) ?? [];
  const any = { id: ANY, label: t("assignment.any") };
  return (
    <div className="grid grid-cols-2 gap-3 max-md:grid-cols-1">
      <Select
        label={t("assignment.channel")}
        options={[any, ...CHANNELS.map((id) => ({ id, label: t(`channels.${id}`) }))]}
        value={draft.channel}
        onChange={(channel) => set({ channel })}
      />
      <Select
        label={t("assignment.place")}
        options={[any, ...places.map(({ id, name }) => ({ id, label: name }))]}
        value={draft.channelId}
        onChange={(channelId) => set({ channelId })}
      />
      <AccountChoice value={draft.accountId} onChange={(accountId) => set({ accountId })} />
      <TextField
        label={t("assignment.language")}
        placeholder={t("assignment.any")}
        value={draft.language}
        onChange={(language) => set({ language })}
        error={errorOf("conditions.language")}
      />
      <Select
        label={t("sorting.attachments")}
        options={[any, ...FILES.map((id) => ({ id, label: t(`sorting.files.${id}`) }))]}
        value={draft.files}
        onChange={(files) => set({ files })}
      />
    </div>
  );
}

function EffectFields({ draft, set, errorOf }: Fields) {
  const { t } = useTranslation();
  const same = { id: ANY, label: t("sorting.stays") };
  return (
    <>
      <div className="grid grid-cols-2 gap-3 max-md:grid-cols-1">
        <Select
          label={t("assignment.type")}
          options={[same, ...THREAD_TYPES.map((id) => ({ id, label: t(`slaSettings.types.${id}`) }))]}
          value={draft.threadType}
          onChange={(threadType) => set({ threadType })}
        />
        <Select
          label={t("assignment.priority")}
          options={[same, ...PRIORITIES.map((id) => ({ id, label: t(`priorities.${id}`) }))]}
          value={draft.priority}
          onChange={(priority) => set({ priority })}
        />
      </div>
      <TextField
        label={t("sorting.tags")}
        description={t("sorting.tagsHint")}
        value={draft.tags}
        onChange={(tags) => set({ tags })}
        error={errorOf("tags") ?? errorOf("effect")}
      />
    </>
  );
}

function useSaveRule(rule: SortingRule | null) {
  const create = useOrgMutation(api.inbox.sorting.mutations.createRule);
  const change = useOrgMutation(api.inbox.sorting.mutations.changeRule);
  const places = useOrgQuery(api.inbox.assignment.queries.places, {}) ?? [];
  return async (draft: Draft) => {
    const conditions: SortingRule["conditions"] = {
      channel: CHANNELS.find((each) => each === draft.channel),
      channelId: places.find(({ id }) => id === draft.channelId)?.id,
      words: draft.words.split(/[\n,;]/),
      wordsIn: WORD_PLACES.find((each) => each === draft.wordsIn),
      senders: draft.senders.split(/[\n,;]/),
      accountId: draft.accountId ?? undefined,
      language: draft.language,
      hasFiles: draft.files === ANY ? undefined : draft.files === "with",
    };
    const effect = {
      threadType: THREAD_TYPES.find((each) => each === draft.threadType),
      priority: PRIORITIES.find((each) => each === draft.priority),
      tags: draft.tags.split(","),
    };
    const fields = { name: draft.name, conditions, effect, goesOn: draft.goesOn };
    await (rule === null ? create(fields) : change({ ruleId: rule.id, ...fields }));
  };
}
