import { type FormEvent, type ReactNode, useId } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "./button";
import { Dialog } from "./dialog";

type FormDialogProps = {
  title: string;
  onClose: () => void;
  onSubmit: (event: FormEvent) => Promise<void>;
  children: ReactNode;
  /** What the button that carries it out says; "Save" when absent. */
  saveLabel?: string;
};

/** A dialog that is a form: Enter saves, errors stand at their fields and not in the browser's words. */
export function FormDialog({ title, onClose, onSubmit, children, saveLabel }: FormDialogProps) {
  const { t } = useTranslation();
  const formId = useId();
  return (
    <Dialog
      title={title}
      isOpen
      onClose={onClose}
      footer={
        <>
          <Button onPress={onClose}>{t("common.cancel")}</Button>
          <Button type="submit" form={formId} variant="primary">
            {saveLabel ?? t("common.save")}
          </Button>
        </>
      }
    >
      <form id={formId} onSubmit={(event) => void onSubmit(event)} noValidate className="flex flex-col gap-4">
        {children}
      </form>
    </Dialog>
  );
}
