import { type FormEvent, type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { asAppError } from "../../../convex/lib/errors";
import { FormDialog } from "../ui/form-dialog";
import { useLifeError } from "./life-error";

type AskDialogProps = {
  title: string;
  saveLabel: string;
  onClose: () => void;
  onSave: () => Promise<void>;
  children: ReactNode;
};

/** Asks something before a journey is stopped, goes on, or ends; stays open and says why when that fails. */
export function AskDialog({ title, saveLabel, onClose, onSave, children }: AskDialogProps) {
  const { t } = useTranslation();
  const [error, setError] = useState<string | null>(null);
  const textOf = useLifeError();
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    try {
      await onSave();
      onClose();
    } catch (thrown) {
      setError(asAppError(thrown)?.field === "reason" ? t("pauses.reasonMissing") : textOf(thrown));
    }
  };
  return (
    <FormDialog title={title} saveLabel={saveLabel} onClose={onClose} onSubmit={submit}>
      {children}
      {error !== null && (
        <p role="alert" className="text-sm text-danger">
          {error}
        </p>
      )}
    </FormDialog>
  );
}
