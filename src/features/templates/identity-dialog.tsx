import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { asAppError } from "../../../convex/lib/errors";
import { IdentityFields } from "../../components/template/identity-fields";
import { FormDialog } from "../../components/ui/form-dialog";
import { TextField } from "../../components/ui/text-field";
import { toastError } from "../../components/ui/toast";
import type { TemplateIdentity } from "../../lib/api-types";
import { describeError } from "../../lib/errors";

type IdentityDialogProps = {
  title: string;
  saveLabel: string;
  initial: TemplateIdentity;
  onSave: (identity: TemplateIdentity) => Promise<void>;
  onClose: () => void;
};

/** What a template is: its name, channel, language, category and brand. */
export function IdentityDialog({ title, saveLabel, initial, onSave, onClose }: IdentityDialogProps) {
  const { t } = useTranslation();
  const [draft, setDraft] = useState(initial);
  const [problem, setProblem] = useState<{ field: string; text: string } | null>(null);
  const errorAt = (field: string) => (problem?.field === field ? problem.text : null);
  const set = (changes: Partial<TemplateIdentity>) => setDraft({ ...draft, ...changes });
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setProblem(null);
    try {
      await onSave(draft);
      onClose();
    } catch (thrown) {
      const field = asAppError(thrown)?.field;
      if (field === "name" || field === "locale") setProblem({ field, text: t(`templates.problems.${field}`) });
      else toastError(describeError(thrown, t));
    }
  };
  return (
    <FormDialog title={title} saveLabel={saveLabel} onClose={onClose} onSubmit={submit}>
      <TextField
        label={t("texts.name")}
        value={draft.name}
        onChange={(name) => set({ name })}
        error={errorAt("name")}
        autoFocus
      />
      <IdentityFields value={draft} onChange={set} localeError={errorAt("locale")} />
    </FormDialog>
  );
}
