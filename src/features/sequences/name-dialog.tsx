import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { asAppError } from "../../../convex/lib/errors";
import { FormDialog } from "../../components/ui/form-dialog";
import { TextField } from "../../components/ui/text-field";
import { describeError } from "../../lib/errors";

type Names = { name: string; description: string };
type NameDialogProps = {
  title: string;
  saveLabel: string;
  initial: Names;
  onClose: () => void;
  onSave: (names: Names) => Promise<void>;
};

/** What a journey is called, and what it is for. */
export function NameDialog({ title, saveLabel, initial, onClose, onSave }: NameDialogProps) {
  const { t } = useTranslation();
  const [name, setName] = useState(initial.name);
  const [description, setDescription] = useState(initial.description);
  const [error, setError] = useState<{ field: string; text: string } | null>(null);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (name.trim() === "") return setError({ field: "name", text: t("builder.nameMissing") });
    try {
      await onSave({ name, description });
      onClose();
    } catch (thrown) {
      const field = asAppError(thrown)?.field === "description" ? "description" : "name";
      setError({ field, text: describeError(thrown, t) });
    }
  };
  const errorAt = (field: string) => (error?.field === field ? error.text : null);
  return (
    <FormDialog title={title} saveLabel={saveLabel} onClose={onClose} onSubmit={submit}>
      <TextField label={t("builder.name")} value={name} onChange={setName} error={errorAt("name")} autoFocus />
      <TextField
        label={t("builder.purposeText")}
        value={description}
        onChange={setDescription}
        error={errorAt("description")}
        rows={2}
      />
    </FormDialog>
  );
}
