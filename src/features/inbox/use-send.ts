import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import { toast, toastError } from "../../components/ui/toast";
import type { Written } from "../../editor/rich-editor";
import type { ThreadDetail } from "../../lib/api-types";
import { describeError } from "../../lib/errors";
import { useOrg, useOrgMutation } from "../../lib/org";
import { useInboxPlace } from "./inbox-context";
import { insertMessage, patchThread } from "./optimistic";

type SendRequest = {
  written: Written;
  close: boolean;
  isPlain: boolean;
  /** Gives the text back to the writer. */
  onRefused: () => void;
};

/** Sends what was written: on the screen at once, taken back with a word when the server refuses. */
export function useSend(thread: ThreadDetail, mode: "reply" | "note"): (request: SendRequest) => void {
  const { t } = useTranslation();
  const { me } = useOrg();
  const place = useInboxPlace();
  const senderName = me.person?.name ?? "";
  const reply = useOrgMutation(api.inbox.mutations.reply, (store, args) => {
    insertMessage(store, {
      ...args,
      senderName,
      channel: thread.channel,
      messageType: "outgoing",
      at: Date.now(),
    });
    if (args.close) patchThread(store, args.threadId, { status: "closed", isOpen: false });
  });
  const addNote = useOrgMutation(api.inbox.mutations.addNote, (store, args) =>
    insertMessage(store, { ...args, senderName, messageType: "internal_note", at: Date.now() }),
  );
  return ({ written, close, isPlain, onRefused }) => {
    const base = { threadId: thread.id, text: written.text, clientId: crypto.randomUUID() };
    const work =
      mode === "note" ? addNote(base) : reply({ ...base, close, ...(isPlain ? {} : { html: written.html }) });
    if (close && mode === "reply") {
      toast(t("composer.sentClosed"));
      if (!place.step(1) && place.isSingle) place.leave();
    }
    work.catch((thrown: unknown) => {
      onRefused();
      toastError(describeError(thrown, t));
    });
  };
}
