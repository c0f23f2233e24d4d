import { Lock } from "lucide-react";
import { type FormEvent, type KeyboardEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import { Button } from "../../components/ui/button";
import { Dialog } from "../../components/ui/dialog";
import { TextField } from "../../components/ui/text-field";
import { toastError } from "../../components/ui/toast";
import type { MessageRow } from "../../lib/api-types";
import { describeError } from "../../lib/errors";
import { useOrgMutation } from "../../lib/org";
import { MessageFiles } from "./message-files";
import { MessageMenu } from "./message-menu";
import { MessageTime } from "./message-time";
import { PlainText } from "./plain-text";

/** What only the team sees. Its author may change it or take it away. */
export function Note({ message }: { message: MessageRow }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState<"edit" | "remove" | null>(null);
  const close = () => setOpen(null);
  if (message.removedAt !== undefined) {
    return (
      <p data-testid="message" className="py-2 text-center text-xs text-faint">
        {t("thread.noteRemoved", { name: message.senderName })} · <MessageTime at={message.at} />
      </p>
    );
  }
  return (
    <article data-testid="message" className="group/message mt-3 rounded-lg border border-note-line bg-note px-3 py-2">
      <header className="mb-1 flex flex-wrap items-center gap-x-2 text-xs text-muted">
        <Lock aria-hidden size={12} className="shrink-0" />
        <span className="font-medium text-text">{message.senderName}</span>
        <span>
          {t("thread.internal")}
          <span className="max-md:hidden">: {t("thread.onlyTeam")}</span>
        </span>
        <span aria-hidden className="grow" />
        {message.editedAt !== undefined && <span>{t("thread.edited")}</span>}
        <MessageTime at={message.at} />
        <MessageMenu message={message} onEdit={() => setOpen("edit")} onRemove={() => setOpen("remove")} />
      </header>
      {open === "edit" ? (
        <NoteEditor message={message} onDone={close} />
      ) : (
        message.text !== "" && <PlainText text={message.text} />
      )}
      <MessageFiles message={message} />
      {open === "remove" && <RemoveDialog message={message} onClose={close} />}
    </article>
  );
}

/** Escape leaves it as it was; Ctrl or ⌘ and Enter keep it, as everywhere one writes. */
function NoteEditor({ message, onDone }: { message: MessageRow; onDone: () => void }) {
  const { t } = useTranslation();
  const [text, setText] = useState(message.text);
  const change = useOrgMutation(api.inbox.notes.mutations.change);
  const save = async () => {
    try {
      await change({ messageId: message.id, text });
      onDone();
    } catch (thrown) {
      toastError(describeError(thrown, t));
    }
  };
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    void save();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Escape") {
      event.stopPropagation();
      onDone();
    }
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      event.stopPropagation();
      void save();
    }
  };
  return (
    <form onSubmit={onSubmit} onKeyDown={onKeyDown} className="flex flex-col gap-2">
      <TextField label={t("messageMenu.note")} hideLabel value={text} onChange={setText} rows={4} autoFocus />
      <div className="flex justify-end gap-2">
        <Button size="sm" onPress={onDone}>
          {t("common.cancel")}
        </Button>
        <Button size="sm" type="submit" variant="primary" isDisabled={text.trim() === ""}>
          {t("common.save")}
        </Button>
      </div>
    </form>
  );
}

function RemoveDialog({ message, onClose }: { message: MessageRow; onClose: () => void }) {
  const { t } = useTranslation();
  const remove = useOrgMutation(api.inbox.notes.mutations.remove);
  const run = () => {
    onClose();
    remove({ messageId: message.id }).catch((thrown: unknown) => toastError(describeError(thrown, t)));
  };
  return (
    <Dialog
      title={t("messageMenu.removeTitle")}
      isOpen
      onClose={onClose}
      size="sm"
      footer={
        <>
          <Button onPress={onClose}>{t("common.cancel")}</Button>
          <Button variant="danger" onPress={run}>
            {t("messageMenu.removeDo")}
          </Button>
        </>
      }
    >
      <p className="text-sm">{t("messageMenu.removeText")}</p>
    </Dialog>
  );
}
