import { ClipboardList, MessagesSquare, PenLine, Plus } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { IconButton } from "../../components/ui/button";
import { Menu } from "../../components/ui/menu";
import { DISCUSSION_KEYS, INTERNAL_TICKET_KEYS } from "../../lib/internal-keys";
import { DIALOG_COMING, later } from "../../lib/later";
import { useCan } from "../../lib/org";
import { useShortcuts } from "../../lib/shortcuts";

const DIALOG = { meanwhile: DIALOG_COMING };
const NewConversationDialog = later(
  async () => (await import("./new-conversation-dialog")).NewConversationDialog,
  DIALOG,
);
const InternalDialog = later(
  async () => (await import("../../components/internal/internal-dialog")).InternalDialog,
  DIALOG,
);

type Beginning = "conversation" | "discussion" | "ticket";

/** The way to write to somebody first, or to begin something among the team; only for those who may answer. */
export function NewConversation() {
  const { t } = useTranslation();
  const [open, setOpen] = useState<Beginning | "menu" | null>(null);
  const mayReply = useCan("inbox.reply");
  const keys = "c";
  const compose = () => setOpen("conversation");
  useShortcuts(mayReply ? [{ id: "compose", keys, label: t("actions.compose"), group: "general", run: compose }] : []);
  if (!mayReply) return null;
  const close = () => setOpen(null);
  const items = [
    { id: "conversation", label: t("actions.compose"), keys, icon: <PenLine size={14} />, onAction: compose },
    {
      id: "discussion",
      label: t("actions.newDiscussion"),
      keys: DISCUSSION_KEYS,
      icon: <MessagesSquare size={14} />,
      onAction: () => setOpen("discussion"),
    },
    {
      id: "ticket",
      label: t("actions.newInternalTicket"),
      keys: INTERNAL_TICKET_KEYS,
      icon: <ClipboardList size={14} />,
      onAction: () => setOpen("ticket"),
    },
  ];
  return (
    <>
      <Menu
        label={t("actions.begin")}
        isOpen={open === "menu"}
        // What is chosen may have opened its dialog by then.
        onOpenChange={(isOpen) => setOpen((now) => (isOpen ? "menu" : now === "menu" ? null : now))}
        groups={[{ id: "begin", items }]}
        trigger={<IconButton size="sm" label={t("actions.begin")} icon={<Plus size={16} />} />}
      />
      {open === "conversation" && <NewConversationDialog onClose={close} />}
      {(open === "discussion" || open === "ticket") && <InternalDialog kind={open} onClose={close} />}
    </>
  );
}
