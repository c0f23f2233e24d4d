import { Ban, Copy, ShieldCheck, ShieldX } from "lucide-react";
import { type ReactNode, useRef } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import { toast, toastError } from "../../components/ui/toast";
import { useCopy } from "../../components/ui/use-copy";
import type { ThreadDetail } from "../../lib/api-types";
import { describeError } from "../../lib/errors";
import { threadName } from "../../lib/thread-name";
import { useOrgMutation } from "../../lib/org";
import { type CopyForm, copyText, nextForm } from "./copy-number";
import { useInboxPlace } from "./inbox-context";

type Action = { id: string; keys?: string; label: string; icon: ReactNode; run: () => void };

/** Putting spam aside with or without its sender, and copying what a conversation is called by. */
export function useSpamAndCopy(thread: ThreadDetail): Action[] {
  const { t } = useTranslation();
  const place = useInboxPlace();
  const mark = useOrgMutation(api.inbox.spam.mutations.mark);
  const unmark = useOrgMutation(api.inbox.spam.mutations.unmark);
  const putOnClipboard = useCopy();
  const copied = useRef<{ form: CopyForm; at: number } | null>(null);
  const fail = (thrown: unknown) => toastError(describeError(thrown, t));
  const { id: threadId, number, subject } = thread;
  const undoSpam = () => void unmark({ threadId }).then(() => toast(t("spam.notSpamDone")), fail);
  const spam = (block: boolean) => {
    void mark({ threadId, block }).then(() => {
      if (!place.step(1)) place.leave();
      toast(t(block ? "spam.blocked" : "spam.done"), { undo: undoSpam });
    }, fail);
  };
  const copy = () => {
    const form = nextForm(copied.current, Date.now());
    copied.current = { form, at: Date.now() };
    const url = `${window.location.origin}/inbox/${threadId}`;
    const text = copyText(form, { number, subject, name: threadName(thread, t), url });
    void putOnClipboard(text, t("spam.copied", { text }));
  };
  return [
    { id: "copy", keys: "shift+c", label: t("spam.copy"), icon: <Copy size={14} />, run: copy },
    ...(thread.isSpam
      ? [{ id: "notSpam", keys: "!", label: t("spam.notSpam"), icon: <ShieldCheck size={14} />, run: undoSpam }]
      : [
          { id: "spam", keys: "!", label: t("spam.mark"), icon: <ShieldX size={14} />, run: () => spam(false) },
          { id: "block", label: t("spam.block"), icon: <Ban size={14} />, run: () => spam(true) },
        ]),
  ];
}
