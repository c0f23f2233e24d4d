import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "../../../components/ui/button";
import { Dialog } from "../../../components/ui/dialog";
import { TextField } from "../../../components/ui/text-field";

type TagDialogProps = { onClose: () => void; onTag: (tag: string, isOn: boolean) => void };

/** Puts a tag on the chosen conversations, or takes it off. */
export function TagDialog({ onClose, onTag }: TagDialogProps) {
  const { t } = useTranslation();
  const [tag, setTag] = useState("");
  const isEmpty = tag.trim() === "";
  const finish = (isOn: boolean) => {
    if (isEmpty) return;
    onTag(tag, isOn);
    onClose();
  };
  return (
    <Dialog
      title={t("bulk.tag")}
      isOpen
      onClose={onClose}
      size="sm"
      footer={
        <>
          <Button isDisabled={isEmpty} onPress={() => finish(false)}>
            {t("bulk.tagRemove")}
          </Button>
          <Button variant="primary" isDisabled={isEmpty} onPress={() => finish(true)}>
            {t("bulk.tagAdd")}
          </Button>
        </>
      }
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          finish(true);
        }}
      >
        <TextField label={t("filters.tag")} value={tag} onChange={setTag} autoFocus />
      </form>
    </Dialog>
  );
}
