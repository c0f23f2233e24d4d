import { useState } from "react";
import { useTranslation } from "react-i18next";
import { asAppError } from "../../../convex/lib/errors";
import { Button } from "../../components/ui/button";
import { Dialog } from "../../components/ui/dialog";
import { TextField } from "../../components/ui/text-field";
import { toastError } from "../../components/ui/toast";
import { describeError } from "../../lib/errors";

type DiscardDialogProps = { count: number; onDiscard: (reason: string) => Promise<void>; onClose: () => void };

/** Putting aside needs a reason: it stays with each delivery and in the record of changes. */
export function DiscardDialog({ count, onDiscard, onClose }: DiscardDialogProps) {
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
      title={t("intake.discardTitle", { count })}
      isOpen
      onClose={onClose}
      size="sm"
      footer={
        <>
          <Button onPress={onClose}>{t("common.cancel")}</Button>
          <Button variant="danger" onPress={() => void discard()}>
            {t("intake.discard")}
          </Button>
        </>
      }
    >
      <TextField
        label={t("deadLetters.because")}
        description={t("intake.becauseText")}
        value={reason}
        onChange={setReason}
        rows={2}
        autoFocus
        error={isMissing ? t("deadLetters.becauseMissing") : null}
      />
    </Dialog>
  );
}
