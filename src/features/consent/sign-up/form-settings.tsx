import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../../convex/_generated/api";
import { DEFAULT_WORDINGS } from "../../../../convex/contacts/wordings/defaults";
import { asAppError } from "../../../../convex/lib/errors";
import { useLocalText } from "../../../components/consent/local-text";
import { Checkbox } from "../../../components/ui/checkbox";
import { FormDialog } from "../../../components/ui/form-dialog";
import { Select } from "../../../components/ui/select";
import { TextField } from "../../../components/ui/text-field";
import { toast, toastError } from "../../../components/ui/toast";
import { describeError } from "../../../lib/errors";
import { LANGUAGES, type Language, useLanguage } from "../../../lib/i18n";
import { useOrgMutation, useOrgQuery } from "../../../lib/org";
import { settingsOf, type SignUpSettings } from "./settings-of";
import type { SignUpForm } from "./sign-up-forms";

const CHANNELS = ["email", "sms", "whatsapp"] as const;
const PROBLEM_FIELDS = ["name", "channels", "topic", "origins", "thanks", "redirectUrl", "text"] as const;
type ProblemField = (typeof PROBLEM_FIELDS)[number];

type Draft = Omit<SignUpSettings, "origins"> & { origins: string; wording: string };

function newDraft(language: Language): Draft {
  const wording = DEFAULT_WORDINGS[language].double_opt_in;
  return { name: "", language, topic: "news", channels: ["email"], origins: "", isOn: true, wording };
}

function draftOf(form: SignUpForm): Draft {
  return { ...settingsOf(form), origins: form.origins.join("\n"), wording: form.wording };
}

/** What a form asks for, in which words, on which pages, and what comes afterwards. */
export function FormSettings({ form, onClose }: { form: SignUpForm | null; onClose: () => void }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const [draft, setDraft] = useState(() => (form === null ? newDraft(language) : draftOf(form)));
  const [problem, setProblem] = useState<ProblemField | null>(null);
  const save = useOrgMutation(api.tracking.signUp.mutations.save);
  const change = (changes: Partial<Draft>) => setDraft({ ...draft, ...changes });
  const errorAt = (field: ProblemField) => (problem === field ? t(`signUpForms.problems.${field}`) : null);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setProblem(null);
    const { wording, origins, ...rest } = draft;
    const settings = { ...rest, origins: origins.split(/[\s,]+/).filter((origin) => origin !== "") };
    try {
      await save({ ...(form === null ? {} : { formId: form.id }), settings, wording });
      toast(t("signUpForms.saved"));
      onClose();
    } catch (thrown) {
      const field = PROBLEM_FIELDS.find((each) => each === asAppError(thrown)?.field);
      if (field === undefined) toastError(describeError(thrown, t));
      else setProblem(field);
    }
  };
  return (
    <FormDialog
      title={form === null ? t("signUpForms.add") : t("signUpForms.edit", { name: form.name })}
      onClose={onClose}
      onSubmit={submit}
    >
      <TextField
        label={t("signUpForms.name")}
        description={t("signUpForms.nameHint")}
        value={draft.name}
        onChange={(name) => change({ name })}
        error={errorAt("name")}
        autoFocus
      />
      <Purpose draft={draft} onChange={change} channelsError={errorAt("channels")} topicError={errorAt("topic")} />
      <TextField
        label={t("signUpForms.wording")}
        description={t("signUpForms.wordingHint")}
        value={draft.wording}
        onChange={(wording) => change({ wording })}
        rows={3}
        error={errorAt("text")}
      />
      <TextField
        label={t("signUpForms.origins")}
        description={t("signUpForms.originsHint")}
        placeholder="https://www.example.org"
        value={draft.origins}
        onChange={(origins) => change({ origins })}
        rows={2}
        error={errorAt("origins")}
      />
      <TextField
        label={t("signUpForms.thanks")}
        description={t("signUpForms.thanksHint")}
        value={draft.thanks ?? ""}
        onChange={(thanks) => change({ thanks })}
        rows={2}
        error={errorAt("thanks")}
      />
      <TextField
        label={t("signUpForms.redirect")}
        description={t("signUpForms.redirectHint")}
        inputMode="url"
        value={draft.redirectUrl ?? ""}
        onChange={(redirectUrl) => change({ redirectUrl })}
        error={errorAt("redirectUrl")}
      />
    </FormDialog>
  );
}

type PurposeProps = {
  draft: Draft;
  onChange: (changes: Partial<Draft>) => void;
  channelsError: string | null;
  topicError: string | null;
};

/** What people sign up for, by which way, in which language. */
function Purpose({ draft, onChange, channelsError, topicError }: PurposeProps) {
  const { t } = useTranslation();
  const localText = useLocalText();
  const topics = useOrgQuery(api.contacts.topics.queries.list, {}) ?? [];
  const offered = topics.filter(({ key, isArchived }) => !isArchived || key === draft.topic);
  const toggle = (channel: (typeof CHANNELS)[number], isOn: boolean) =>
    onChange({ channels: CHANNELS.filter((each) => (each === channel ? isOn : draft.channels.includes(each))) });
  const speak = (language: Language) => {
    const isUntouched = LANGUAGES.some((each) => DEFAULT_WORDINGS[each].double_opt_in === draft.wording);
    onChange({ language, ...(isUntouched ? { wording: DEFAULT_WORDINGS[language].double_opt_in } : {}) });
  };
  return (
    <>
      <div className="grid grid-cols-2 gap-3 max-md:grid-cols-1">
        <Select
          label={t("signUpForms.topic")}
          options={offered.map(({ key, name, purpose }) => ({
            id: key,
            label: `${localText(name)} · ${t(`purposes.${purpose}`)}`,
          }))}
          value={draft.topic}
          onChange={(topic) => onChange({ topic })}
        />
        <Select
          label={t("signUpForms.language")}
          options={LANGUAGES.map((id) => ({ id, label: t(`languages.${id}`) }))}
          value={draft.language}
          onChange={speak}
        />
      </div>
      {topicError !== null && <p className="text-xs text-danger">{topicError}</p>}
      <fieldset className="flex flex-wrap gap-x-4">
        <legend className="text-xs font-medium text-muted">{t("consent.channels")}</legend>
        {CHANNELS.map((channel) => (
          <Checkbox
            key={channel}
            isSelected={draft.channels.includes(channel)}
            onChange={(isOn) => toggle(channel, isOn)}
          >
            {t(`channels.${channel}`)}
          </Checkbox>
        ))}
        {channelsError !== null && (
          <p role="alert" className="basis-full text-xs text-danger">
            {channelsError}
          </p>
        )}
      </fieldset>
    </>
  );
}
