import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import { asAppError } from "../../../convex/lib/errors";
import { FormDialog } from "../ui/form-dialog";
import { Select } from "../ui/select";
import { TextField } from "../ui/text-field";
import { toast, toastError } from "../ui/toast";
import { describeError } from "../../lib/errors";
import { useOrgMutation } from "../../lib/org";
import { type Draft, placeholdersOf, startingDraft, valuesOf } from "./registration-draft";
import type { Account, Registration, Template } from "./registrations";

const CATEGORIES = ["utility", "marketing", "authentication"] as const satisfies readonly Registration["category"][];
const STATES = [
  "draft",
  "pending",
  "approved",
  "rejected",
  "paused",
  "disabled",
] as const satisfies readonly Registration["state"][];

const FIELDS = ["name", "language", "providerTemplateId", "placeholders"] as const;
type Field = (typeof FIELDS)[number];

type RegistrationDialogProps = {
  /** Null: a new one. */
  registration: Registration | null;
  templates: readonly Template[];
  accounts: readonly Account[];
  onClose: () => void;
};

/** Records how a text is registered at a WhatsApp account: its name there, its placeholders, its approval. */
export function RegistrationDialog({ registration, templates, accounts, onClose }: RegistrationDialogProps) {
  const { t } = useTranslation();
  const save = useOrgMutation(api.delivery.whatsappTemplates.mutations.save);
  const [draft, setDraft] = useState(() => startingDraft(registration, templates, accounts));
  const [problem, setProblem] = useState<Field | null>(null);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const fields = valuesOf(draft, templates, accounts);
    if (fields === null) return;
    setProblem(null);
    try {
      await save(fields);
      toast(t("registrations.saved", { name: fields.name }));
      onClose();
    } catch (thrown) {
      const field = FIELDS.find((each) => each === asAppError(thrown)?.field);
      if (field === undefined) toastError(describeError(thrown, t));
      else setProblem(field);
    }
  };
  return (
    <FormDialog
      title={t(registration === null ? "registrations.add" : "registrations.edit")}
      onClose={onClose}
      onSubmit={submit}
    >
      <RegistrationFields
        draft={draft}
        isNew={registration === null}
        templates={templates}
        accounts={accounts}
        problem={problem}
        onChange={(changes) => setDraft({ ...draft, ...changes })}
      />
    </FormDialog>
  );
}

type RegistrationFieldsProps = Pick<RegistrationDialogProps, "templates" | "accounts"> & {
  draft: Draft;
  isNew: boolean;
  problem: Field | null;
  onChange: (changes: Partial<Draft>) => void;
};

function RegistrationFields({ draft, isNew, templates, accounts, problem, onChange }: RegistrationFieldsProps) {
  const { t } = useTranslation();
  const isTwilio = accounts.find(({ id }) => id === draft.connectionId)?.provider === "twilio";
  const errorOf = (field: Field) => (problem === field ? t(`registrations.problems.${field}`) : null);
  return (
    <>
      <div className="grid grid-cols-2 gap-3 max-md:grid-cols-1">
        <Select
          label={t("registrations.template")}
          options={templates.map(({ id, name }) => ({ id: String(id), label: name }))}
          value={draft.templateId}
          isDisabled={!isNew}
          onChange={(templateId) => onChange({ templateId, placeholders: placeholdersOf(templates, templateId) })}
        />
        <Select
          label={t("registrations.account")}
          options={accounts.map(({ id, name }) => ({ id: String(id), label: name }))}
          value={draft.connectionId}
          isDisabled={!isNew}
          onChange={(connectionId) => onChange({ connectionId })}
        />
      </div>
      <div className="grid grid-cols-[2fr_1fr] gap-3 max-md:grid-cols-1">
        <TextField
          label={t("registrations.name")}
          description={t("registrations.nameHint")}
          value={draft.name}
          isDisabled={!isNew}
          onChange={(name) => onChange({ name })}
          error={errorOf("name")}
        />
        <TextField
          label={t("registrations.language")}
          placeholder="de"
          value={draft.language}
          isDisabled={!isNew}
          onChange={(language) => onChange({ language })}
          error={errorOf("language")}
        />
      </div>
      {isTwilio && (
        <TextField
          label={t("registrations.contentSid")}
          placeholder="HX…"
          value={draft.providerTemplateId}
          onChange={(providerTemplateId) => onChange({ providerTemplateId })}
          error={errorOf("providerTemplateId")}
        />
      )}
      <div className="grid grid-cols-2 gap-3 max-md:grid-cols-1">
        <Select
          label={t("registrations.category")}
          options={CATEGORIES.map((id) => ({ id, label: t(`registrations.categories.${id}`) }))}
          value={draft.category}
          onChange={(category) => onChange({ category })}
        />
        <Select
          label={t("registrations.state")}
          options={STATES.map((id) => ({ id, label: t(`registrations.states.${id}`) }))}
          value={draft.state}
          onChange={(state) => onChange({ state })}
        />
      </div>
      <TextField
        label={t("registrations.placeholders")}
        description={t("registrations.placeholdersHint")}
        value={draft.placeholders}
        onChange={(placeholders) => onChange({ placeholders })}
        error={errorOf("placeholders")}
      />
    </>
  );
}
