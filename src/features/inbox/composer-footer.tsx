import type { Editor } from "@tiptap/react";
import { Archive, Check, SendHorizontal, Trash2 } from "lucide-react";
import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import { Button, IconButton } from "../../components/ui/button";
import { smsLength } from "../../editor/sms-length";
import type { ThreadDetail } from "../../lib/api-types";
import type { ComposerMode } from "./composer";
import type { DraftState } from "./use-draft";

const FormatBar = lazy(async () => ({ default: (await import("../../editor/rich-editor")).FormatBar }));

type ComposerFooterProps = {
  thread: ThreadDetail;
  mode: ComposerMode;
  /** Null for plain text: nothing to format. */
  editor: Editor | null;
  text: string;
  draftState: DraftState;
  onSend: (close: boolean) => void;
  onDiscard: () => void;
};

export function ComposerFooter(props: ComposerFooterProps) {
  const { t } = useTranslation();
  const { thread, mode, editor, text, draftState } = props;
  const isEmpty = text === "";
  const hasNowhereToGo = mode === "reply" && thread.replyAddress === null;
  return (
    <div className="flex items-center gap-2 px-3 pt-1 pb-3">
      {editor !== null && (
        <Suspense>
          <FormatBar editor={editor} />
        </Suspense>
      )}
      <div className="flex min-w-0 grow items-center gap-2 text-xs text-faint">
        {mode === "reply" && thread.channel === "sms" && !isEmpty && <SmsSize text={text} />}
        <span role="status" className="flex items-center gap-1 truncate">
          {isEmpty && mode === "reply" && <Recipient thread={thread} />}
          {draftState === "saving" && t("composer.draftSaving")}
          {draftState === "saved" && !isEmpty && (
            <>
              <Check aria-hidden size={12} />
              {t("composer.draftSaved")}
            </>
          )}
        </span>
      </div>
      {!isEmpty && (
        <IconButton size="sm" label={t("composer.discard")} icon={<Trash2 size={14} />} onPress={props.onDiscard} />
      )}
      {mode === "note" ? (
        <Button variant="primary" size="sm" keys="mod+enter" isDisabled={isEmpty} onPress={() => props.onSend(false)}>
          {t("composer.addNote")}
        </Button>
      ) : (
        <>
          <Button
            size="sm"
            keys="mod+shift+enter"
            isDisabled={isEmpty || hasNowhereToGo}
            aria-label={t("composer.sendClose")}
            icon={<Archive aria-hidden size={14} />}
            onPress={() => props.onSend(true)}
          >
            <span className="max-md:sr-only">{t("composer.sendClose")}</span>
          </Button>
          <Button
            variant="primary"
            size="sm"
            keys="mod+enter"
            isDisabled={isEmpty || hasNowhereToGo}
            icon={<SendHorizontal aria-hidden size={14} />}
            onPress={() => props.onSend(false)}
          >
            {t("composer.send")}
          </Button>
        </>
      )}
    </div>
  );
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
