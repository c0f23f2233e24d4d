import { useTranslation } from "react-i18next";
import { isOnCustomerChannel } from "../../../convex/lib/closedSets";
import { api } from "../../../convex/_generated/api";
import type { Id } from "../../../convex/_generated/dataModel";
import type { Envelope } from "../../../convex/inbox/recipients/rules";
import { toast, toastError } from "../../components/ui/toast";
import type { Written } from "../../editor/rich-editor";
import type { MessageRow, ThreadDetail } from "../../lib/api-types";
import { describeError } from "../../lib/errors";
import { useLanguage } from "../../lib/i18n";
import { useOrg, useOrgMutation } from "../../lib/org";
import { dateTime } from "../../lib/time-format";
import { useInboxPlace } from "./inbox-context";
import { insertMessage, offerUndo } from "./optimistic";
import type { Sending } from "./use-draft";
import { draftParts, type Parts } from "./use-reply-parts";

export type Plan = { sendAt: number; cancelIfAnswered: boolean };
/** `remindAt`: back in the lists then (UTC ms), unless the customer answers first. */
export type SendOptions = { close: boolean; plan?: Plan | undefined; remindAt?: number | undefined };

type SendRequest = SendOptions & {
  written: Written;
  parts: Parts;
  /** Null where the channel knows no recipients. */
  envelope: Envelope | null;
  isPlain: boolean;
  /** WhatsApp: the values of the template it goes out as. */
  values?: Record<string, string> | undefined;
  /** The draft written together that this is. */
  sharedDraft?: { draftId: Id<"sharedDrafts">; version: number } | undefined;
  /** Keeps it in this browser until the server has it. */
  sending?: Sending | undefined;
  /** The newest message on the screen. */
  sawId: MessageRow["id"] | null;
  /** Gives everything back to the writer. */
  giveBack: () => void;
};

/** Sends what was written: on the screen at once, taken back with a word when the server refuses. */
export function useSend(thread: ThreadDetail, mode: "reply" | "note"): (request: SendRequest) => void {
  const { t } = useTranslation();
  const language = useLanguage();
  const { me } = useOrg();
  const place = useInboxPlace();
  const senderName = me.person?.name ?? "";
  const way = isOnCustomerChannel(thread) ? { channel: thread.channel } : {};
  const reply = useOrgMutation(api.inbox.mutations.reply, (store, args) => {
    // What leaves later stands in the timeline when the server has planned it.
    if (args.plan !== undefined) return;
    insertMessage(store, { ...args, senderName, ...way, messageType: "outgoing", at: Date.now() });
    offerUndo(store, args);
  });
  const addNote = useOrgMutation(api.inbox.mutations.addNote, (store, args) =>
    insertMessage(store, { ...args, senderName, messageType: "internal_note", at: Date.now() }),
  );
  return ({ written, parts, envelope, close, isPlain, values, sharedDraft, sending, sawId, ...request }) => {
    const { plan, remindAt, giveBack } = request;
    const base = { threadId: thread.id, text: written.text, clientId: sending?.clientId ?? crypto.randomUUID() };
    const { kind, fileIds, forwardOf, templateId, from, quoteOf, goesOnFrom } = draftParts(parts);
    const answer = {
      ...base,
      ...(isPlain ? {} : { html: written.html }),
      ...(envelope === null ? {} : { kind, envelope }),
      ...(forwardOf === undefined ? {} : { forwardOf }),
      ...(quoteOf === undefined ? {} : { quoteOf }),
      ...(templateId === undefined ? {} : { templateId }),
      ...(from === undefined ? {} : { from }),
      ...(goesOnFrom === undefined ? {} : { goesOnFrom }),
      ...(values === undefined ? {} : { values }),
      ...(plan === undefined ? {} : { plan }),
      ...(remindAt === undefined ? {} : { remindAt }),
      ...(sharedDraft === undefined ? {} : { sharedDraft }),
      ...(sawId === null ? {} : { sawId }),
      fileIds,
      doc: JSON.stringify(written.doc),
      close,
      isUndoable: true,
    };
    const work = mode === "note" ? addNote({ ...base, fileIds }) : reply(answer);
    if (close && mode === "reply" && plan === undefined) place.moveOn();
    work.then(
      () => {
        sending?.ended();
        const at = (instant: number) => dateTime(instant, language, Date.now());
        if (plan !== undefined) toast(t("answering.planned", { at: at(plan.sendAt) }));
        if (remindAt !== undefined) toast(t("answering.reminding", { at: at(remindAt) }));
      },
      (thrown: unknown) => {
        sending?.ended();
        giveBack();
        toastError(describeError(thrown, t));
      },
    );
  };
}
