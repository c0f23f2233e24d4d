import type { Editor } from "@tiptap/react";
import { Archive, Lock, Reply } from "lucide-react";
import { lazy, Suspense, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import type { Id } from "../../../convex/_generated/dataModel";
import { Skeleton } from "../../components/ui/skeleton";
import { Tabs } from "../../components/ui/tabs";
import { cx } from "../../components/ui/classes";
import type { Written } from "../../editor/rich-editor";
import type { MessageRow, ThreadDetail } from "../../lib/api-types";
import { useOrgQuery } from "../../lib/org";
import { ComposerFooter } from "./composer-footer";
import { MentionMenu } from "./mention-menu";
import { StaleNotice, useStaleGuard } from "./stale-guard";
import { useDraft } from "./use-draft";
import { useSend } from "./use-send";

const RichEditor = lazy(async () => ({ default: (await import("../../editor/rich-editor")).RichEditor }));

export type ComposerMode = "reply" | "note";

type ComposerProps = {
  thread: ThreadDetail;
  /** The conversation the field was opened for: while that is merged into another one, the field stays as it is. */
  fieldId: Id<"threads">;
  mode: ComposerMode;
  onMode: (mode: ComposerMode) => void;
  /** Goes up each time a key asks for the text field. */
  focusRequest: number;
  /** The newest message shown. */
  newest: MessageRow | null;
};

/** Where answers and notes are written. The two look different on purpose: nobody sends a note to a customer. */
export function Composer(props: ComposerProps) {
  const { t } = useTranslation();
  const { thread, mode, onMode } = props;
  // The draft of the other field is kept at hand: it opens at once, and without network too.
  useOrgQuery(api.inbox.queries.getDraft, { threadId: thread.id, mode: mode === "reply" ? "note" : "reply" });
  return (
    <div
      className={cx(
        "shrink-0 border-t pb-[env(safe-area-inset-bottom)]",
        mode === "note" ? "border-note-line bg-note" : "border-line bg-surface",
      )}
    >
      {!thread.isOpen && (
        <p className="flex items-center gap-2 border-b border-line bg-neutral-soft px-4 py-2 text-xs text-muted">
          <Archive aria-hidden size={14} className="shrink-0" />
          {t("thread.closedBar")}
        </p>
      )}
      <Tabs
        label={t("composer.label")}
        tabs={[
          { id: "reply", label: t("composer.replyTab"), icon: <Reply aria-hidden size={14} /> },
          { id: "note", label: t("composer.noteTab"), icon: <Lock aria-hidden size={13} /> },
        ]}
        value={mode}
        onChange={onMode}
        listClassName="px-4 border-transparent max-md:px-3"
      >
        <Field key={`${props.fieldId}-${mode}`} {...props} />
      </Tabs>
    </div>
  );
}

const EMPTY: Written = { doc: { type: "doc" }, text: "", html: "" };

function Field({ thread, fieldId, mode, focusRequest, newest }: ComposerProps) {
  const { t } = useTranslation();
  const draft = useDraft(fieldId, mode);
  const [editor, setEditor] = useState<Editor | null>(null);
  const [written, setWritten] = useState<Written>(EMPTY);
  const guard = useStaleGuard(newest, written.text !== "" && mode === "reply");
  const send = useSend(thread, mode);
  const isPlain = mode === "note" || thread.channel !== "email";
  useFocus(editor, focusRequest);

  const clear = () => {
    editor?.commands.clearContent();
    setWritten(EMPTY);
    draft.discard();
  };
  const submit = ({ close }: { close: boolean }) => {
    if (written.text === "" || (mode === "reply" && thread.replyAddress === null) || guard.stops()) return;
    const sent = written;
    clear();
    guard.reset();
    send({
      written: sent,
      close,
      isPlain,
      giveBack: () => giveBack(editor, sent),
    });
  };
  const change = (next: Written) => {
    setWritten(next);
    if (next.text === "") draft.discard();
    else draft.change(next.doc);
  };

  return (
    <div className="flex flex-col">
      <StaleNotice answer={guard.answer} onSendAnyway={() => guard.allow()} />
      {draft.initial === undefined ? (
        <Skeleton className="mx-4 my-2 h-14" />
      ) : (
        <Suspense fallback={<Skeleton className="mx-4 my-2 h-14" />}>
          <RichEditor
            label={t(mode === "reply" ? "composer.replyField" : "composer.noteField")}
            placeholder={
              mode === "note"
                ? t("composer.notePlaceholder")
                : t("composer.replyPlaceholder", {
                    name: thread.contact?.name ?? t("common.unknownPerson"),
                    channel: t(`channels.${thread.channel}`),
                  })
            }
            initial={draft.initial}
            isPlain={isPlain}
            onChange={change}
            onSubmit={submit}
            onRestore={setWritten}
            onEditor={setEditor}
            className="px-1"
          />
        </Suspense>
      )}
      {mode === "note" && <MentionMenu editor={editor} />}
      <ComposerFooter
        thread={thread}
        mode={mode}
        editor={isPlain ? null : editor}
        text={written.text}
        draftState={draft.state}
        onSend={(close) => submit({ close })}
        onDiscard={clear}
      />
    </div>
  );
}

/** Puts words back into the field, before what was begun since. False when the field has gone. */
function giveBack(editor: Editor | null, { doc }: Written): boolean {
  if (editor === null || editor.isDestroyed) return false;
  if (editor.isEmpty) editor.commands.setContent(doc, { emitUpdate: true });
  else editor.commands.insertContentAt(0, doc.content ?? []);
  editor.commands.focus("end");
  return true;
}

/** Puts the cursor into the field when a key asked for it, also when the editor arrives later than the wish. */
function useFocus(editor: Editor | null, focusRequest: number): void {
  const granted = useRef(focusRequest === 0 ? 0 : focusRequest - 1);
  useEffect(() => {
    if (editor === null || editor.isDestroyed || granted.current === focusRequest) return;
    granted.current = focusRequest;
    editor.commands.focus("end");
  }, [editor, focusRequest]);
}
