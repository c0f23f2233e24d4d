import { Plus } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { IconButton } from "../../components/ui/button";
import { DIALOG_COMING, later } from "../../lib/later";
import { useCan } from "../../lib/org";
import { useShortcuts } from "../../lib/shortcuts";

const NewConversationDialog = later(async () => (await import("./new-conversation-dialog")).NewConversationDialog, {
  meanwhile: DIALOG_COMING,
});

/** The way to write to somebody first; only for those who may answer. */
export function NewConversation() {
  const { t } = useTranslation();
  const [isOpen, setIsOpen] = useState(false);
  const mayReply = useCan("inbox.reply");
  const keys = "c";
  useShortcuts(
    mayReply
      ? [{ id: "compose", keys, label: t("actions.compose"), group: "general", run: () => setIsOpen(true) }]
      : [],
  );
  if (!mayReply) return null;
  return (
    <>
      <IconButton
        size="sm"
        label={t("actions.compose")}
        keys={keys}
        icon={<Plus size={16} />}
        onPress={() => setIsOpen(true)}
      />
      {isOpen && <NewConversationDialog onClose={() => setIsOpen(false)} />}
    </>
  );
}
