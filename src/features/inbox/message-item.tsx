import { Bot, Forward } from "lucide-react";
import { memo, useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Id } from "../../../convex/_generated/dataModel";
import type { ThreadChannel } from "../../../convex/lib/closedSets";
import { WhyButton } from "../../components/delivery/why-button";
import { ChannelIcon, DeliveryMark } from "../../components/status";
import { Avatar } from "../../components/ui/avatar";
import { Badge } from "../../components/ui/badge";
import { Button } from "../../components/ui/button";
import { cx } from "../../components/ui/classes";
import type { MessageRow } from "../../lib/api-types";
import { cleanRichText } from "../../lib/html-sanitize";
import { QuotedMessage, ReactionChips } from "./chats/reactions";
import { CallEntry } from "./calls/call-entry";
import { HeldFooter } from "./held-footer";
import { useInboxPlace } from "./inbox-context";
import { MailBody, picturesOf } from "./mail-body";
import { MessageFiles } from "./message-files";
import { MessageMenu } from "./message-menu";
import { Note } from "./note";
import { MessageTime } from "./message-time";
import { PlainText, QuotedTail } from "./plain-text";
import { RetryFooter } from "./retry-footer";

type MessageItemProps = { message: MessageRow; isFollowUp: boolean; threadChannel: ThreadChannel };

/** One message; drawn again only when it changes, however often the list around it is. */
export const MessageItem = memo(function MessageItem({ message, isFollowUp, threadChannel }: MessageItemProps) {
  switch (message.messageType) {
    case "system_notification":
      return <SystemLine message={message} />;
    case "internal_note": {
      const { call } = message;
      if (call !== undefined)
        return <CallEntry message={{ ...message, call }} time={<MessageTime at={message.at} />} />;
      return <Note message={message} />;
    }
    case "incoming":
      return <Incoming message={message} isFollowUp={isFollowUp} threadChannel={threadChannel} />;
    case "outgoing":
    case "auto_response":
      return <Outgoing message={message} isFollowUp={isFollowUp} threadChannel={threadChannel} />;
  }
});

function SystemLine({ message }: { message: MessageRow }) {
  const { otherThreadId } = message;
  return (
    <div data-testid="message" className="py-2 text-center text-xs text-faint">
      {message.text} · <MessageTime at={message.at} />
      {otherThreadId !== undefined && <OpenOther threadId={otherThreadId} />}
    </div>
  );
}

function OpenOther({ threadId }: { threadId: Id<"threads"> }) {
  const { t } = useTranslation();
  const { open } = useInboxPlace();
  return (
    <Button size="sm" variant="quiet" className="ml-1 text-accent-text" onPress={() => open(threadId)}>
      {t("thread.openOther")}
    </Button>
  );
}

function Incoming({ message, isFollowUp, threadChannel }: MessageItemProps) {
  const isMail = message.html !== undefined;
  return (
    <article data-testid="message" className={cx("group/message flex gap-2.5", isFollowUp ? "mt-1" : "mt-3")}>
      <span className="w-7 shrink-0">{!isFollowUp && <Avatar name={message.senderName} />}</span>
      <div className={cx("min-w-0", isMail ? "grow" : "max-w-[85%]")}>
        {!isFollowUp && <MessageHead message={message} threadChannel={threadChannel} />}
        <div className="rounded-lg border border-line bg-surface px-3 py-2">
          <QuotedMessage message={message} />
          {message.html !== undefined ? (
            <MailBody message={message} html={message.html} />
          ) : (
            <PlainText text={message.text} quotedText={message.quotedText} />
          )}
          <MessageFiles message={message} />
        </div>
        <ReactionChips message={message} />
      </div>
      <MessageMenu message={message} />
    </article>
  );
}

function Outgoing({ message, isFollowUp, threadChannel }: MessageItemProps) {
  const { t } = useTranslation();
  const isFrame = message.isSentElsewhere && message.html !== undefined;
  const hasFailed = message.deliveryStatus === "failed" || message.deliveryStatus === "bounced";
  return (
    <article
      data-testid="message"
      className={cx("group/message flex flex-col items-end", isFollowUp ? "mt-1" : "mt-3")}
    >
      {!isFollowUp && <MessageHead message={message} threadChannel={threadChannel} isOwnSide />}
      <div className={cx("flex max-w-full justify-end gap-1", isFrame && "w-full")}>
        <MessageMenu message={message} />
        <div
          className={cx(
            "max-w-[85%] min-w-0 rounded-lg border px-3 py-2",
            isFrame && "grow",
            hasFailed ? "border-danger/40 bg-danger-soft" : "border-transparent bg-accent-soft",
          )}
        >
          <QuotedMessage message={message} />
          {message.html === undefined ? (
            <PlainText text={message.text} quotedText={message.quotedText} />
          ) : message.isSentElsewhere ? (
            <MailBody message={message} html={message.html} />
          ) : (
            <OwnRichText html={message.html} message={message} />
          )}
          <MessageFiles message={message} />
        </div>
      </div>
      <ReactionChips message={message} />
      <footer className="mt-0.5 flex flex-wrap items-center justify-end gap-x-2 text-xs text-muted">
        {hasFailed && message.failureReason !== undefined && (
          <span className="text-danger">{t("thread.failed", { reason: message.failureReason })}</span>
        )}
        {message.deliveryStatus !== undefined && <DeliveryMark status={message.deliveryStatus} />}
        {message.queueId !== undefined && <WhyButton queueId={message.queueId} />}
      </footer>
      {message.retry !== undefined && <RetryFooter messageId={message.id} retry={message.retry} />}
      {message.held?.kind === "later" && <HeldFooter messageId={message.id} held={message.held} />}
    </article>
  );
}

type MessageHeadProps = { message: MessageRow; threadChannel: ThreadChannel; isOwnSide?: boolean };

function MessageHead({ message, threadChannel, isOwnSide = false }: MessageHeadProps) {
  const { t } = useTranslation();
  return (
    <header
      className={cx(
        "mb-1 flex max-w-full flex-wrap items-center gap-x-2 text-xs text-muted",
        isOwnSide && "justify-end",
      )}
    >
      <span className="font-medium text-text">{message.senderName}</span>
      {message.channel !== undefined && (
        <span className="inline-flex items-center gap-1">
          <ChannelIcon channel={message.channel} size={12} />
          {message.channel !== threadChannel && t("thread.via", { channel: t(`channels.${message.channel}`) })}
        </span>
      )}
      {(message.isAutomatic || message.messageType === "auto_response") && (
        <Badge>
          <Bot aria-hidden size={12} />
          {t("thread.automatic")}
        </Badge>
      )}
      {message.isForward && (
        <Badge>
          <Forward aria-hidden size={12} />
          {t("answering.forwarded")}
        </Badge>
      )}
      {message.isSentElsewhere && <Badge>{t("thread.sentElsewhere")}</Badge>}
      <MessageTime at={message.at} />
      <People message={message} />
    </header>
  );
}

/** Whom a message came from and went to, where that says something. */
function People({ message: { recipients, isForward, from } }: { message: MessageRow }) {
  const { t } = useTranslation();
  if (recipients.length < 2 && !isForward && from === undefined) return null;
  const shown = (["to", "cc", "bcc"] as const).flatMap((kind) => {
    const addresses = recipients.filter((each) => each.kind === kind).map(({ address }) => address);
    return addresses.length === 0 ? [] : [`${t(`answering.${kind}`)} ${addresses.join(", ")}`];
  });
  const all = [...(from === undefined ? [] : [`${t("senders.from")} ${from}`]), ...shown].join(" · ");
  return (
    <span title={all} className="max-w-full truncate text-faint">
      {all}
    </span>
  );
}

function OwnRichText({ html, message: { files, quotedText } }: { html: string; message: MessageRow }) {
  const clean = useMemo(() => cleanRichText(html, picturesOf(files, html)), [html, files]);
  return (
    <div className="prose-message">
      <div dangerouslySetInnerHTML={{ __html: clean }} />
      <QuotedTail text={quotedText} />
    </div>
  );
}
