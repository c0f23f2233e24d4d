import type { TFunction } from "i18next";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { Skeleton } from "../../components/ui/skeleton";
import type { ThreadDetail } from "../../lib/api-types";
import { later } from "../../lib/later";
import { AttachmentList } from "./attachment-list";
import type { ComposerMode } from "./composer";
import { ComposerFooter } from "./composer-footer";
import { SignaturePreview } from "./composing/signature-preview";
import { TemplateForm } from "./composing/template-form";
import { TextPicker } from "./composing/text-picker";
import { useAnswerWindow, WindowNotice } from "./composing/window-notice";
import { draftParts } from "./use-reply-parts";
import { MentionMenu } from "./mention-menu";
import { RecipientFields } from "./recipient-fields";
import { StaleNotice } from "./stale-guard";
import { useWriter, type WriterProps } from "./use-writer";

const SenderField = later(async () => (await import("./composing/sender-field")).SenderField);
const RichEditor = lazy(async () => ({ default: (await import("../../editor/rich-editor")).RichEditor }));

/** The field with everything around it: who it goes to, files, sending. */
export function Writer(props: WriterProps) {
  const { t } = useTranslation();
  const { thread, mode, draft, sharing, onShare } = props;
  const writer = useWriter(props);
  const { editor, written, reply, uploads, guard, isPlain, hasContent } = writer;
  const { parts, envelope } = reply;
  const isReply = mode === "reply";
  const [isChoosing, setIsChoosing] = useState(false);
  const answer = useAnswerWindow(thread);
  if (isReply && answer?.isClosed === true) {
    return (
      <>
        <StaleNotice answer={guard.answer} onSendAnyway={() => guard.allow()} />
        <TemplateForm
          thread={thread}
          window={answer.window}
          hasDraft={draft.stored !== null}
          onSend={writer.submitTemplate}
        />
      </>
    );
  }
  return (
    <div className="@container flex flex-col">
      {writer.isOver && <DropHint />}
      <StaleNotice answer={guard.answer} onSendAnyway={() => guard.allow()} />
      {isReply && <SenderField thread={thread} value={parts.from} onChange={reply.setFrom} />}
      {isReply && envelope !== null && <RecipientFields envelope={envelope} onChange={reply.setEnvelope} />}
      {isReply && typeof answer?.window.until === "number" && <WindowNotice until={answer.window.until} />}
      <Suspense fallback={<Skeleton className="mx-4 my-2 h-14" />}>
        <RichEditor
          label={t(isReply ? "composer.replyField" : "composer.noteField")}
          placeholder={placeholderOf(thread, mode, t)}
          initial={writer.initial}
          sync={sharing?.extension}
          isPlain={isPlain && sharing === undefined}
          onChange={writer.setWritten}
          onSubmit={writer.submit}
          onRestore={writer.restore}
          onEditor={writer.setEditor}
          onFiles={uploads.add}
          className="px-1"
        />
      </Suspense>
      {!isReply && <MentionMenu editor={editor} />}
      {isReply && <SignaturePreview thread={thread} />}
      <TextPicker
        editor={editor}
        thread={thread}
        mode={mode}
        isOpen={isChoosing}
        onOpen={setIsChoosing}
        onChosen={reply.setTemplate}
      />
      {writer.gaps.length > 0 && (
        <p className="px-4 text-xs text-warn">{t("composing.gaps", { names: writer.gaps.join(", ") })}</p>
      )}
      {isReply && parts.kind === "forward" && <p className="px-4 text-xs text-muted">{t("answering.forwardHint")}</p>}
      <AttachmentList files={parts.files} uploads={uploads} />
      <ComposerFooter
        thread={thread}
        mode={mode}
        editor={isPlain ? null : editor}
        text={written.text}
        hasContent={hasContent}
        isBlocked={writer.isBlocked || writer.isSending}
        draftState={draft.state}
        reply={reply}
        onKind={writer.choose}
        onFiles={uploads.add}
        onSend={writer.submit}
        onDiscard={writer.discard}
        isShared={sharing !== undefined}
        onShare={isReply && onShare !== undefined ? () => onShare(written.doc, draftParts(parts)) : undefined}
        onTexts={() => setIsChoosing(true)}
      />
    </div>
  );
}

function DropHint() {
  const { t } = useTranslation();
  return (
    <p className="mx-3 mt-2 rounded-md border border-dashed border-accent bg-accent-soft px-3 py-4 text-center text-sm text-accent-text">
      {t("answering.dropHere")}
    </p>
  );
}

function placeholderOf(thread: ThreadDetail, mode: ComposerMode, t: TFunction): string {
  if (mode === "note") return t("composer.notePlaceholder");
  const name = thread.contact?.name ?? t("common.unknownPerson");
  return t("composer.replyPlaceholder", { name, channel: t(`channels.${thread.channel}`) });
}
