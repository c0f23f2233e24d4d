import type { Editor } from "@tiptap/react";
import {
  Archive,
  Camera,
  Check,
  FileText,
  Forward,
  Paperclip,
  Reply,
  ReplyAll,
  SendHorizontal,
  Trash2,
  Users,
} from "lucide-react";
import { lazy, type ReactNode, Suspense, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Button, IconButton } from "../../components/ui/button";
import { cx } from "../../components/ui/classes";
import { Menu } from "../../components/ui/menu";
import { smsLength } from "../../editor/sms-length";
import type { ThreadDetail } from "../../lib/api-types";
import { useIsPhone } from "../../lib/media";
import { useShortcuts } from "../../lib/shortcuts";
import type { ComposerMode } from "./composer";
import { TEXTS_KEYS } from "./composing/text-picker";
import { UNLESS_RESTING } from "./phone/resting";
import { PickFiles } from "./pick-files";
import { DiscardDialog } from "./sharing/discard-dialog";
import { SendLater } from "./send-later";
import type { DraftState } from "./use-draft";
import type { ReplyKind, useReplyParts } from "./use-reply-parts";
import type { SendOptions } from "./use-send";

const FormatBar = lazy(async () => ({ default: (await import("../../editor/rich-editor")).FormatBar }));

type ComposerFooterProps = {
  thread: ThreadDetail;
  mode: ComposerMode;
  /** Null for plain text: nothing to format. */
  editor: Editor | null;
  text: string;
  hasContent: boolean;
  /** There is something, but it cannot go out (yet). */
  isBlocked: boolean;
  draftState: DraftState;
  reply: ReturnType<typeof useReplyParts>;
  onKind: (kind: ReplyKind) => void;
  onFiles: (files: readonly File[]) => void;
  onSend: (options: SendOptions) => void;
  onDiscard: () => void;
  /** Others write in this draft too. */
  isShared: boolean;
  /** Lets colleagues write along; absent where that cannot be. */
  onShare: (() => void) | undefined;
  /** Offers templates and snippets. */
  onTexts: () => void;
  /** The way to the customer's other channels. */
  otherWays: ReactNode;
};

export function ComposerFooter(props: ComposerFooterProps) {
  const { t } = useTranslation();
  const { thread, mode, editor, text, hasContent, draftState, reply } = props;
  const isPhone = useIsPhone();
  const isReply = mode === "reply";
  const takesFiles = !isReply || thread.channel !== "sms";
  const isOff = !hasContent || props.isBlocked;
  return (
    <div className={cx("flex flex-wrap items-center gap-x-1.5 gap-y-1 px-3 pt-1 pb-3", UNLESS_RESTING)}>
      {isReply && reply.envelope !== null && <KindMenu kind={reply.parts.kind} onKind={props.onKind} />}
      {props.otherWays}
      {takesFiles && <AttachButton onFiles={props.onFiles} />}
      {takesFiles && isPhone && <PhotoButton onFiles={props.onFiles} />}
      <IconButton
        size="sm"
        label={t("composing.open")}
        keys={TEXTS_KEYS}
        icon={<FileText size={14} />}
        onPress={props.onTexts}
      />
      {editor !== null && (
        <Suspense>
          <FormatBar editor={editor} />
        </Suspense>
      )}
      <div className="flex min-w-0 grow basis-0 items-center gap-2 text-xs text-faint">
        {isReply && thread.channel === "sms" && text !== "" && <SmsSize text={text} />}
        <span role="status" className="flex min-w-0 items-center gap-1">
          {draftState === "saved" && hasContent && <Check aria-hidden size={12} className="shrink-0" />}
          <span className="truncate">
            {!hasContent && isReply && reply.envelope === null && <Recipient thread={thread} />}
            {draftState === "saving" && t("composer.draftSaving")}
            {draftState === "saved" && hasContent && t("composer.draftSaved")}
          </span>
        </span>
      </div>
      {hasContent && props.onShare !== undefined && <ShareButton onShare={props.onShare} />}
      {hasContent && <DiscardButton isShared={props.isShared} onDiscard={props.onDiscard} />}
      <SendButtons isReply={isReply} isOff={isOff} onSend={props.onSend} />
    </div>
  );
}

type SendButtonsProps = Pick<ComposerFooterProps, "onSend"> & { isReply: boolean; isOff: boolean };

function SendButtons({ isReply, isOff, onSend }: SendButtonsProps) {
  const { t } = useTranslation();
  return (
    <div className="ml-auto flex items-center gap-1.5">
      {!isReply ? (
        <Button
          variant="primary"
          size="sm"
          keys="mod+enter"
          isDisabled={isOff}
          onPress={() => onSend({ close: false })}
        >
          {t("composer.addNote")}
        </Button>
      ) : (
        <>
          <Button
            size="sm"
            keys="mod+shift+enter"
            isDisabled={isOff}
            aria-label={t("composer.sendClose")}
            icon={<Archive aria-hidden size={14} />}
            onPress={() => onSend({ close: true })}
          >
            <span className="@max-3xl:sr-only">{t("composer.sendClose")}</span>
          </Button>
          <Button
            variant="primary"
            size="sm"
            keys="mod+enter"
            isDisabled={isOff}
            icon={<SendHorizontal aria-hidden size={14} />}
            onPress={() => onSend({ close: false })}
          >
            {t("composer.send")}
          </Button>
          <SendLater
            isDisabled={isOff}
            onPlan={(plan) => onSend({ close: false, plan })}
            onRemind={(remindAt) => onSend({ close: false, remindAt })}
          />
        </>
      )}
    </div>
  );
}

const KINDS = [
  { id: "reply", keys: "r", Icon: Reply },
  { id: "reply_all", keys: "a", Icon: ReplyAll },
  { id: "forward", keys: "f", Icon: Forward },
] as const;

function KindMenu({ kind, onKind }: { kind: ReplyKind; onKind: (kind: ReplyKind) => void }) {
  const { t } = useTranslation();
  const Icon = KINDS.find(({ id }) => id === kind)?.Icon ?? Reply;
  return (
    <Menu
      label={t("answering.kindMenu")}
      placement="top start"
      groups={[
        {
          id: "kind",
          items: KINDS.map(({ id, keys, Icon: KindIcon }) => ({
            id,
            keys,
            label: t(`answering.kinds.${id}`),
            icon: <KindIcon size={14} />,
            isChosen: id === kind,
            onAction: () => onKind(id),
          })),
        },
      ]}
      trigger={
        <Button size="sm" variant="quiet" icon={<Icon aria-hidden size={14} />}>
          {t(`answering.kinds.${kind}`)}
        </Button>
      }
    />
  );
}

type FilesButton = { onFiles: ComposerFooterProps["onFiles"] };

function AttachButton({ onFiles }: FilesButton) {
  const { t } = useTranslation();
  const input = useRef<HTMLInputElement>(null);
  const keys = "mod+shift+a";
  const label = t("actions.attach");
  useShortcuts([{ id: "attach", keys, label, group: "thread", run: () => input.current?.click() }]);
  return <PickFiles input={input} label={label} keys={keys} icon={<Paperclip size={14} />} onFiles={onFiles} />;
}

/** On phones: the camera, one press away. */
function PhotoButton({ onFiles }: FilesButton) {
  const { t } = useTranslation();
  const input = useRef<HTMLInputElement>(null);
  return <PickFiles input={input} label={t("phone.photo")} icon={<Camera size={16} />} isCamera onFiles={onFiles} />;
}

function DiscardButton({ isShared, onDiscard }: { isShared: boolean; onDiscard: () => void }) {
  const { t } = useTranslation();
  const [isAsking, setIsAsking] = useState(false);
  return (
    <>
      <IconButton
        size="sm"
        label={t("composer.discard")}
        icon={<Trash2 size={14} />}
        onPress={() => setIsAsking(true)}
      />
      {isAsking && <DiscardDialog isShared={isShared} onClose={() => setIsAsking(false)} onDiscard={onDiscard} />}
    </>
  );
}

function ShareButton({ onShare }: { onShare: () => void }) {
  const { t } = useTranslation();
  const keys = "mod+shift+u";
  useShortcuts([{ id: "shareDraft", keys, label: t("sharing.share"), group: "thread", run: onShare }]);
  return <IconButton size="sm" label={t("sharing.share")} keys={keys} icon={<Users size={14} />} onPress={onShare} />;
}

function SmsSize({ text }: { text: string }) {
  const { t } = useTranslation();
  const { characters, segments } = smsLength(text);
  return (
    <span className="shrink-0">
      {t("composer.characters", { count: characters })} · {t("composer.segments", { count: segments })}
    </span>
  );
}

function Recipient({ thread }: { thread: ThreadDetail }) {
  const { t } = useTranslation();
  if (thread.replyAddress !== null) return t("composer.to", { address: thread.replyAddress });
  return <span className="text-danger">{t("composer.noAddress", { channel: t(`channels.${thread.channel}`) })}</span>;
}
