import type { TFunction } from "i18next";
import { Lock } from "lucide-react";
import { lazy, Suspense, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { threadName } from "../../lib/thread-name";
import { IconButton } from "../../components/ui/button";
import { Skeleton } from "../../components/ui/skeleton";
import type { ThreadDetail } from "../../lib/api-types";
import { later } from "../../lib/later";
import { QuoteBar } from "./chats/reactions";
import { AttachmentList } from "./attachment-list";
import type { ComposerMode } from "./composer";
import { ComposerFooter } from "./composer-footer";
import { SignaturePreview } from "./composing/signature-preview";
import { TemplateForm } from "./composing/template-form";
import { TextPicker } from "./composing/text-picker";
import { type AnswerWindow, useAnswerWindow, WindowNotice } from "./composing/window-notice";
import { draftParts, type useReplyParts } from "./use-reply-parts";
import { MentionMenu } from "./mention-menu";
import { UNLESS_RESTING } from "./phone/resting";
import { RecipientFields } from "./recipient-fields";
import { StaleNotice } from "./stale-guard";
import { useWriter, type WriterProps } from "./use-writer";

const SenderField = later(async () => (await import("./composing/sender-field")).SenderField);
const OriginBar = later(async () => (await import("./composing/origin-bar")).OriginBar);
const OtherWays = later(async () => (await import("./composing/other-ways")).OtherWays);
const RichEditor = lazy(async () => ({ default: (await import("../../editor/rich-editor")).RichEditor }));

/** The field with everything around it: who it goes to, files, sending. */
export function Writer(props: WriterProps) {
  const { t } = useTranslation();
  const { thread, mode, draft, sharing, onShare } = props;
  const writer = useWriter(props);
  const { editor, written, reply, uploads, guard, isPlain, hasContent } = writer;
  const { parts } = reply;
  const isReply = mode === "reply";
  const [isChoosing, setIsChoosing] = useState(false);
  const answer = useAnswerWindow(thread);
  useNeeded(hasContent || (isReply && answer?.isClosed === true) || guard.answer !== null, props.onNeeded);
  if (isReply && answer?.isClosed === true) {
    return <ClosedWindow window={answer.window} writer={writer} {...{ thread, draft, sharing }} />;
  }
  return (
    <div className="@container flex flex-col">
      {writer.isOver && <DropHint />}
      <StaleNotice answer={guard.answer} onSendAnyway={() => guard.allow()} />
      {isReply && <ReplyHead thread={thread} reply={reply} until={answer?.window.until} said={props.said} />}
      <div className="flex items-center">
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
            onFiles={writer.pictures.add}
            pictures={writer.pictures.urls}
            className="min-w-0 grow px-1 group-data-resting/composer:[&_:is(.editor-room,.tiptap)]:min-h-11"
          />
        </Suspense>
        {isReply && <NoteButton onPress={props.onNote} />}
      </div>
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
      {writer.gaps.length > 0 && <Gaps names={writer.gaps} />}
      {isReply && parts.kind === "forward" && <p className="px-4 text-xs text-muted">{t("answering.forwardHint")}</p>}
      <AttachmentList files={writer.pictures.others} uploads={uploads} />
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
        otherWays={isReply && sharing === undefined && <OtherWays thread={thread} text={writer.plainText} />}
      />
    </div>
  );
}

type ClosedWindowProps = Pick<WriterProps, "thread" | "draft" | "sharing"> & {
  window: AnswerWindow;
  writer: ReturnType<typeof useWriter>;
};

/** After WhatsApp's 24 hours: templates, or another way. */
function ClosedWindow({ thread, draft, sharing, window, writer }: ClosedWindowProps) {
  const { guard, reply } = writer;
  const { goesOnFrom } = reply.parts;
  return (
    <>
      <StaleNotice answer={guard.answer} onSendAnyway={() => guard.allow()} />
      {goesOnFrom !== undefined && <OriginBar origin={goesOnFrom} onChange={reply.setOrigin} />}
      <TemplateForm
        thread={thread}
        window={window}
        hasDraft={draft.stored !== null}
        onSend={writer.submitTemplate}
        otherWays={sharing === undefined && <OtherWays thread={thread} text={writer.plainText} />}
      />
    </>
  );
}

function useNeeded(isNeeded: boolean, onNeeded: () => void): void {
  useEffect(() => {
    if (isNeeded) onNeeded();
  }, [isNeeded, onNeeded]);
}

type ReplyHeadProps = {
  thread: ThreadDetail;
  reply: ReturnType<typeof useReplyParts>;
  until: number | null | undefined;
  said: WriterProps["said"];
};

/** Over the words: whose they are, who they go to, and until when they may. */
function ReplyHead({ thread, reply, until, said }: ReplyHeadProps) {
  const { parts, envelope, setEnvelope, setFrom, setQuote, setOrigin } = reply;
  return (
    <div className={UNLESS_RESTING}>
      {parts.goesOnFrom !== undefined && <OriginBar origin={parts.goesOnFrom} onChange={setOrigin} />}
      <SenderField thread={thread} value={parts.from} onChange={setFrom} />
      {envelope !== null && <RecipientFields envelope={envelope} onChange={setEnvelope} />}
      {typeof until === "number" && <WindowNotice until={until} />}
      <QuoteBar quoted={said.find(({ id }) => id === parts.quoteOf)} onRemove={() => setQuote(undefined)} />
    </div>
  );
}

/** The way to a note while the field rests, and its tabs with it. */
function NoteButton({ onPress }: { onPress: () => void }) {
  const { t } = useTranslation();
  return (
    <div className="hidden pr-2 in-[:root:not([data-keyboard])]:group-data-resting/composer:block">
      <IconButton label={t("composer.noteTab")} icon={<Lock size={16} />} onPress={onPress} />
    </div>
  );
}

function Gaps({ names }: { names: readonly string[] }) {
  const { t } = useTranslation();
  return <p className="px-4 text-xs text-warn">{t("composing.gaps", { names: names.join(", ") })}</p>;
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
  const name = threadName(thread, t);
  return t("composer.replyPlaceholder", { name, channel: t(`channels.${thread.channel}`) });
}
