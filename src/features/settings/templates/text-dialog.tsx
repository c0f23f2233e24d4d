import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../../convex/_generated/api";
import { asAppError } from "../../../../convex/lib/errors";
import { IdentityFields } from "../../../components/template/identity-fields";
import { FormDialog } from "../../../components/ui/form-dialog";
import { Select } from "../../../components/ui/select";
import { TextField } from "../../../components/ui/text-field";
import { toast, toastError } from "../../../components/ui/toast";
import { describeError } from "../../../lib/errors";
import { useLanguage } from "../../../lib/i18n";
import { useOrgMutation } from "../../../lib/org";
import type { Template } from "../../../components/registrations/registrations";
import { startingText, type TextDraft, variablesOf } from "./text-draft";

const FIELDS = ["name", "locale", "body"] as const;
type Field = (typeof FIELDS)[number];

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
      <TextField
        label={t("texts.body")}
        rows={4}
        value={draft.body}
        onChange={(body) => set({ body })}
        error={errorOf("body")}
        description={t("texts.bodyHint", { example: "{{firstName}}, {{agentName}}, {{eventDate}}" })}
      />
      <Fallbacks draft={draft} onChange={set} />
      <IdentityFields value={draft} onChange={set} localeError={errorOf("locale")} />
    </FormDialog>
  );
}

type PartProps = { draft: TextDraft; onChange: (changes: Partial<TextDraft>) => void };

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
