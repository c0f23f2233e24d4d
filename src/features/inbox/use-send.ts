import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import { toast, toastError } from "../../components/ui/toast";
import type { Written } from "../../editor/rich-editor";
import type { ThreadDetail } from "../../lib/api-types";
import { describeError } from "../../lib/errors";
import { useOrg, useOrgMutation } from "../../lib/org";
import { useInboxPlace } from "./inbox-context";
import { insertMessage } from "./optimistic";

type SendRequest = {
  written: Written;
  close: boolean;
  isPlain: boolean;
  /** Gives the text back to the writer; false when the field is not on the screen any more. */
  giveBack: () => boolean;
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
  });
  const addNote = useOrgMutation(api.inbox.mutations.addNote, (store, args) =>
    insertMessage(store, { ...args, senderName, messageType: "internal_note", at: Date.now() }),
  );
  const undo = useOrgMutation(api.inbox.sending.mutations.undo);
  const fail = (thrown: unknown) => toastError(describeError(thrown, t));
  // The server keeps an answer back for some seconds; it leaves by itself, also when this page is closed.
  const offerUndo = ({ close, giveBack }: SendRequest, clientId: string, sent: Promise<unknown>) => {
    const takeBack = async () => {
      await undo({ threadId: thread.id, clientId });
      if (!giveBack()) place.open(thread.id);
    };
    // What was refused is in the field already.
    const afterSent = () => sent.then(() => takeBack().catch(fail)).catch(() => undefined);
    toast(t(close ? "composer.heldClose" : "composer.held"), { undo: () => void afterSent() });
  };
  return (request) => {
    const { written, close, isPlain, giveBack } = request;
    const clientId = crypto.randomUUID();
    const base = { threadId: thread.id, text: written.text, clientId };
    const html = isPlain ? {} : { html: written.html };
    const work =
      mode === "note"
        ? addNote(base)
        : reply({ ...base, ...html, doc: JSON.stringify(written.doc), close, isUndoable: true });
    if (mode === "reply") offerUndo(request, clientId, work);
    if (close && mode === "reply" && !place.step(1) && place.isSingle) place.leave();
    work.catch((thrown: unknown) => {
      giveBack();
      fail(thrown);
    });
  };
}
