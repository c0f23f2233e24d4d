import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import { toastError } from "../../components/ui/toast";
import type { ThreadDetail } from "../../lib/api-types";
import { describeError } from "../../lib/errors";
import { useIsPhone } from "../../lib/media";
import { useCan, useOrgMutation } from "../../lib/org";
import { patchThread } from "./optimistic";

/** As mail has it (RFC 5322). */
const MAX_CHARS = 998;

type ThreadSubjectProps = { thread: ThreadDetail; isRenaming: boolean; onRenaming: (isRenaming: boolean) => void };

/** What a conversation is called for the team. Answers keep the customer's subject, whatever it says here. */
export function ThreadSubject({ thread, isRenaming, onRenaming }: ThreadSubjectProps) {
  const { t } = useTranslation();
  const mayRename = useCan("inbox.reply");
  // Too low for a thumb: there the menu has it.
  const isPhone = useIsPhone();
  if (isRenaming) return <SubjectField key={thread.id} thread={thread} onDone={() => onRenaming(false)} />;
  const number = <span className="shrink-0 text-faint">{t("thread.number", { number: thread.number })}</span>;
  if (thread.subject === "") return number;
  return (
    <>
      {mayRename && !isPhone ? (
        <button
          type="button"
          title={t("thread.rename")}
          aria-label={`${t("thread.rename")}: ${thread.subject}`}
          onClick={() => onRenaming(true)}
          className="-mx-1 -my-1 min-h-6 min-w-0 truncate rounded-sm px-1 text-left hover:bg-hover hover:text-text"
        >
          {thread.subject}
        </button>
      ) : (
        <span className="truncate">{thread.subject}</span>
      )}
      <span aria-hidden>·</span>
      {number}
    </>
  );
}

/** Enter keeps what is written, and so does going elsewhere; Escape leaves it as it was. */
function SubjectField({ thread, onDone }: { thread: ThreadDetail; onDone: () => void }) {
  const { t } = useTranslation();
  const [text, setText] = useState(thread.subject);
  const isDone = useRef(false);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    // The menu that may have led here gives the focus back to its button in the next frame: after it.
    let timer: ReturnType<typeof setTimeout> | undefined;
    const frame = requestAnimationFrame(() => (timer = setTimeout(() => field.current?.select())));
    return () => {
      cancelAnimationFrame(frame);
      clearTimeout(timer);
    };
  }, []);
  const rename = useOrgMutation(api.inbox.mutations.change, (store, { threadId, subject }) => {
    if (subject !== undefined) patchThread(store, threadId, { subject });
  });
  const finish = (subject: string | null) => {
    if (isDone.current) return;
    isDone.current = true;
    onDone();
    if (subject === null || subject === "" || subject === thread.subject) return;
    rename({ threadId: thread.id, subject }).catch((thrown: unknown) => toastError(describeError(thrown, t)));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing || (event.key !== "Enter" && event.key !== "Escape")) return;
    event.preventDefault();
    event.stopPropagation();
    finish(event.key === "Enter" ? text.trim() : null);
  };
  return (
    <input
      ref={field}
      aria-label={t("thread.subject")}
      value={text}
      maxLength={MAX_CHARS}
      onChange={(event) => setText(event.currentTarget.value)}
      onKeyDown={onKeyDown}
      onBlur={() => finish(text.trim())}
      className="-mx-1 -my-1 h-6 w-full min-w-0 rounded-sm border border-edge bg-surface px-1 text-xs text-text focus:border-accent max-md:my-0 max-md:h-9 max-md:text-lg"
    />
  );
}
