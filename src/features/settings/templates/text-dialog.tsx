import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../../convex/_generated/api";
import { BUSINESS_ENTITIES, THREAD_TYPES } from "../../../../convex/lib/closedSets";
import { asAppError } from "../../../../convex/lib/errors";
import { Checkbox } from "../../../components/ui/checkbox";
import { FormDialog } from "../../../components/ui/form-dialog";
import { Select } from "../../../components/ui/select";
import { TextField } from "../../../components/ui/text-field";
import { toast, toastError } from "../../../components/ui/toast";
import { describeError } from "../../../lib/errors";
import { useLanguage } from "../../../lib/i18n";
import { useOrgMutation } from "../../../lib/org";
import type { Template } from "../../../components/registrations/registrations";
import { startingText, type TextDraft, variablesOf } from "./text-draft";

const FIELDS = ["name", "locale", "subject", "body", "shortBody", "variables"] as const;
type Field = (typeof FIELDS)[number];

const CATEGORIES = [
  "customer_service",
  "installation_scheduling",
  "technical_support",
  "sales_inquiry",
  "complaint_response",
  "follow_up",
  "auto_response",
  "internal_notification",
] as const satisfies readonly Template["category"][];
const CHANNELS = [
  "any",
  "email_outlook",
  "sms",
  "whatsapp_business",
  "internal_comment",
] as const satisfies readonly Template["channelType"][];

/** A few words of the team's, or of one's own. */
const KINDS = ["snippet", "private"] as const;

type TextDialogProps = { edited: Template | null; mayEditTeam: boolean; onClose: () => void };

/** Writes a snippet. */
export function TextDialog({ edited, mayEditTeam, onClose }: TextDialogProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const create = useOrgMutation(api.templates.mutations.create);
  const change = useOrgMutation(api.templates.mutations.change);
  const [draft, setDraft] = useState(() => startingText(edited, { locale: language, isPrivate: !mayEditTeam }));
  const [problem, setProblem] = useState<{ field: Field; message: string } | null>(null);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setProblem(null);
    const { fallbacks: _, isSnippet, isPrivate, shortBody, ...rest } = draft;
    const fields = { ...rest, variables: variablesOf(draft), ...(shortBody.trim() === "" ? {} : { shortBody }) };
    try {
      if (edited === null) await create({ ...fields, isSnippet, isPrivate });
      else await change({ ...fields, templateId: edited.id });
      toast(t("texts.saved", { name: draft.name }));
      onClose();
    } catch (thrown) {
      const error = asAppError(thrown);
      const field = FIELDS.find((each) => each === error?.field);
      if (error === null || field === undefined) toastError(describeError(thrown, t));
      else setProblem({ field, message: error.message });
    }
  };
  const errorOf = (field: Field) => (problem?.field === field ? problem.message : null);
  const set = (changes: Partial<TextDraft>) => setDraft({ ...draft, ...changes });
  return (
    <FormDialog title={t(edited === null ? "texts.add" : "texts.edit")} onClose={onClose} onSubmit={submit}>
      {edited === null && mayEditTeam && <Kind draft={draft} onChange={set} />}
      <TextField
        label={t("texts.name")}
        value={draft.name}
        onChange={(name) => set({ name })}
        error={errorOf("name")}
      />
      <Words draft={draft} onChange={set} errorOf={errorOf} />
      <Fallbacks draft={draft} onChange={set} />
      <Where draft={draft} onChange={set} errorOf={errorOf} />
    </FormDialog>
  );
}

type PartProps = { draft: TextDraft; onChange: (changes: Partial<TextDraft>) => void };
type FieldsProps = PartProps & { errorOf: (field: Field) => string | null };

function Kind({ draft, onChange }: PartProps) {
  const { t } = useTranslation();
  return (
    <Select
      label={t("texts.kind")}
      options={KINDS.map((id) => ({ id, label: t(`texts.kinds.${id}`) }))}
      value={draft.isPrivate ? "private" : "snippet"}
      onChange={(kind) => onChange({ isPrivate: kind === "private" })}
    />
  );
}

function Words({ draft, onChange, errorOf }: FieldsProps) {
  const { t } = useTranslation();
  return (
    <>
      <TextField
        label={t("texts.body")}
        rows={4}
        value={draft.body}
        onChange={(body) => onChange({ body })}
        error={errorOf("body")}
        description={t("texts.bodyHint", { example: "{{firstName}}, {{agentName}}, {{eventDate}}" })}
      />
    </>
  );
}

function Fallbacks({ draft, onChange }: PartProps) {
  const { t } = useTranslation();
  const variables = variablesOf(draft);
  if (variables.length === 0) return null;
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="pb-1 text-xs font-medium text-muted">{t("texts.fallbacks")}</legend>
      <div className="grid grid-cols-2 gap-3 max-md:grid-cols-1">
        {variables.map(({ name, fallback }) => (
          <TextField
            key={name}
            label={name}
            value={fallback}
            onChange={(value) => onChange({ fallbacks: { ...draft.fallbacks, [name]: value } })}
          />
        ))}
      </div>
    </fieldset>
  );
}

function Where({ draft, onChange, errorOf }: FieldsProps) {
  const { t } = useTranslation();
  return (
    <>
      <div className="grid grid-cols-2 gap-3 max-md:grid-cols-1">
        <Select
          label={t("texts.channel")}
          options={CHANNELS.map((id) => ({ id, label: t(`texts.channels.${id}`) }))}
          value={draft.channelType}
          onChange={(channelType) => onChange({ channelType })}
        />
        <Select
          label={t("texts.category")}
          options={CATEGORIES.map((id) => ({ id, label: t(`texts.categories.${id}`) }))}
          value={draft.category}
          onChange={(category) => onChange({ category })}
        />
        <Select
          label={t("texts.brand")}
          options={BUSINESS_ENTITIES.map((id) => ({ id, label: t(`texts.brands.${id}`) }))}
          value={draft.businessEntity}
          onChange={(businessEntity) => onChange({ businessEntity })}
        />
        <TextField
          label={t("texts.locale")}
          value={draft.locale}
          onChange={(locale) => onChange({ locale })}
          error={errorOf("locale")}
        />
      </div>
      <fieldset>
        <legend className="pb-1 text-xs font-medium text-muted">{t("texts.threadTypes")}</legend>
        <div className="grid grid-cols-2 max-md:grid-cols-1">
          {THREAD_TYPES.map((type) => (
            <Checkbox
              key={type}
              isSelected={draft.threadTypes.includes(type)}
              onChange={(isOn) =>
                onChange({
                  threadTypes: THREAD_TYPES.filter((each) => (each === type ? isOn : draft.threadTypes.includes(each))),
                })
              }
            >
              {t(`slaSettings.types.${type}`)}
            </Checkbox>
          ))}
        </div>
      </fieldset>
    </>
  );
}
