import type { ComponentProps } from "react";
import { useTranslation } from "react-i18next";
import { Dialog } from "../ui/dialog";
import { MessagePreview } from "./message-preview";

type PreviewDialogProps = ComponentProps<typeof MessagePreview> & { name: string; onClose: () => void };

/** The preview in a window of its own. */
export function PreviewDialog({ name, onClose, ...preview }: PreviewDialogProps) {
  const { t } = useTranslation();
  return (
    <Dialog title={t("preview.title", { name })} isOpen onClose={onClose} size="lg">
      <MessagePreview {...preview} />
    </Dialog>
  );
}
