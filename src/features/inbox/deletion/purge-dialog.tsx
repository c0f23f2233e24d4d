import { useTranslation } from "react-i18next";
import { Button } from "../../../components/ui/button";
import { Dialog } from "../../../components/ui/dialog";

type PurgeDialogProps = { number: number; onClose: () => void; onPurge: () => void };

/** The one thing about conversations that nobody can undo is asked first. */
export function PurgeDialog({ number, onClose, onPurge }: PurgeDialogProps) {
  const { t } = useTranslation();
  const purge = () => {
    onClose();
    onPurge();
  };
  return (
    <Dialog
      title={t("deletion.purgeTitle")}
      isOpen
      onClose={onClose}
      size="sm"
      footer={
        <>
          <Button onPress={onClose}>{t("common.cancel")}</Button>
          <Button variant="danger" onPress={purge}>
            {t("deletion.purge")}
          </Button>
        </>
      }
    >
      <p className="text-sm">{t("deletion.purgeText", { number })}</p>
    </Dialog>
  );
}
