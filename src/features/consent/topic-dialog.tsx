import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import { asAppError } from "../../../convex/lib/errors";
import { Button } from "../../components/ui/button";
import { Checkbox } from "../../components/ui/checkbox";
import { Dialog } from "../../components/ui/dialog";
import { Select } from "../../components/ui/select";
import { TextField } from "../../components/ui/text-field";
import { toast, toastError } from "../../components/ui/toast";
import { describeError } from "../../lib/errors";
import { LANGUAGES, type Language } from "../../lib/i18n";
import { useOrgMutation } from "../../lib/org";
import type { Topic } from "./topics";

const CHANNELS = ["email", "sms", "whatsapp"] as const;
const PURPOSES = ["marketing", "review", "service", "transactional", "tracking"] as const;

const NEW_TOPIC: Topic = {
  key: "",
  name: { de: "", en: "", nl: "" },
  description: { de: "", en: "", nl: "" },
  purpose: "marketing",
  channels: ["email"],
  order: 0,
  isArchived: false,
};

/** "Angebote & News" → "angebote-news" */
function keyOf(name: string): string {
  return name
    .toLowerCase()
    .normalize("NFD")
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 40);
}

/** A topic with its names; its key and purpose stay once people have agreed to it. */
export function TopicDialog({ topic, onClose }: { topic: Topic | null; onClose: () => void }) {
  const { t } = useTranslation();
  const [draft, setDraft] = useState(topic ?? NEW_TOPIC);
  const [problem, setProblem] = useState<string | null>(null);
  const save = useOrgMutation(api.contacts.topics.mutations.save);
  const change = (changes: Partial<Topic>) => setDraft({ ...draft, ...changes });
  const toggle = (channel: (typeof CHANNELS)[number], isOn: boolean) =>
    change({ channels: CHANNELS.filter((each) => (each === channel ? isOn : draft.channels.includes(each))) });
  const submit = async () => {
    const { order: _, ...fields } = draft;
    try {
      await save({ ...fields, key: topic?.key ?? keyOf(draft.name.de) });
      toast(t("consent.topicSaved"));
      onClose();
    } catch (thrown) {
      const error = asAppError(thrown);
      if (error?.code === "invalid") setProblem(error.message);
      else toastError(describeError(thrown, t));
    }
  };
  return (
    <Dialog
      title={topic === null ? t("consent.newTopic") : t("consent.topic")}
      isOpen
      onClose={onClose}
      footer={
        <>
          <Button onPress={onClose}>{t("common.cancel")}</Button>
          <Button variant="primary" onPress={() => void submit()}>
            {t("common.save")}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        {problem !== null && (
          <p role="alert" className="text-sm text-danger">
            {problem}
          </p>
        )}
        <Select
          label={t("queue.purpose")}
          options={PURPOSES.map((id) => ({ id, label: t(`purposes.${id}`) }))}
          value={draft.purpose}
          onChange={(purpose) => change({ purpose })}
          isDisabled={topic !== null}
        />
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
        </fieldset>
        {(["de", ...LANGUAGES.filter((each) => each !== "de")] satisfies Language[]).map((language) => (
          <LanguageFields key={language} language={language} draft={draft} onChange={change} />
        ))}
        {topic !== null && (
          <Checkbox isSelected={draft.isArchived} onChange={(isArchived) => change({ isArchived })}>
            {t("consent.archive")}
          </Checkbox>
        )}
      </div>
    </Dialog>
  );
}

type LanguageFieldsProps = { language: Language; draft: Topic; onChange: (changes: Partial<Topic>) => void };

function LanguageFields({ language, draft, onChange }: LanguageFieldsProps) {
  const { t } = useTranslation();
  const inLanguage = t(`languages.${language}`);
  return (
    <div className="grid grid-cols-[1fr_2fr] gap-3 max-md:grid-cols-1">
      <TextField
        label={t("consent.nameIn", { language: inLanguage })}
        value={draft.name[language]}
        onChange={(text) => onChange({ name: { ...draft.name, [language]: text } })}
      />
      <TextField
        label={t("consent.descriptionIn", { language: inLanguage })}
        value={draft.description[language]}
        onChange={(text) => onChange({ description: { ...draft.description, [language]: text } })}
      />
    </div>
  );
}
