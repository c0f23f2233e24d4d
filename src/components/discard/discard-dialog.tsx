import { useState } from "react";
import { useTranslation } from "react-i18next";
import { asAppError } from "../../../convex/lib/errors";
import { Button } from "../../components/ui/button";
import { Dialog } from "../../components/ui/dialog";
import { TextField } from "../../components/ui/text-field";
import { toastError } from "../../components/ui/toast";
import { describeError } from "../../lib/errors";

type DiscardDialogProps = {
  title: string;
  /** Where the reason stays. */
  hint: string;
  /** What the button that does it says. */
  action: string;
  onDiscard: (reason: string) => Promise<void>;
  onClose: () => void;
};

/** Discarding needs a reason: it stays with what is discarded. */
export function DiscardDialog({ title, hint, action, onDiscard, onClose }: DiscardDialogProps) {
  const { t } = useTranslation();
  const [reason, setReason] = useState("");
  const [isMissing, setIsMissing] = useState(false);
  const discard = async () => {
    try {
      await onDiscard(reason);
      onClose();
    } catch (thrown) {
      if (asAppError(thrown)?.field === "reason") setIsMissing(true);
      else toastError(describeError(thrown, t));
    }
  };
  return (
    <Dialog
      title={title}
      isOpen
      onClose={onClose}
      size="sm"
      footer={
        <>
          <Button onPress={onClose}>{t("common.cancel")}</Button>
          <Button variant="danger" onPress={() => void discard()}>
            {action}
          </Button>
        </>
      }
    >
      <TextField
        label={t("deadLetters.because")}
        description={hint}
        value={reason}
        onChange={setReason}
        rows={2}
        autoFocus
        error={isMissing ? t("deadLetters.becauseMissing") : null}
      />
    </Dialog>
  );
}
