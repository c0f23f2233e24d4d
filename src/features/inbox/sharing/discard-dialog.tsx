import { useTranslation } from "react-i18next";
import { FormDialog } from "../../../components/ui/form-dialog";

type DiscardDialogProps = { isShared: boolean; onClose: () => void; onDiscard: () => void };

/** Asks before words are thrown away (product.md 3.2, "Drafts"). */
export function DiscardDialog({ isShared, onClose, onDiscard }: DiscardDialogProps) {
  const { t } = useTranslation();
  return (
    <FormDialog
      title={t("composer.discard")}
      saveLabel={t("sharing.discardIt")}
      onClose={onClose}
      onSubmit={(event) => {
        event.preventDefault();
        onClose();
        onDiscard();
        return Promise.resolve();
      }}
    >
      <p className="text-sm">{t(isShared ? "sharing.discardShared" : "sharing.discardOwn")}</p>
    </FormDialog>
  );
}
