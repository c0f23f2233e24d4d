import { Bot, Forward, Lock, Paperclip } from "lucide-react";
import { memo, useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Channel } from "../../../convex/lib/closedSets";
import { WhyButton } from "../../components/delivery/why-button";
import { ChannelIcon, DeliveryMark } from "../../components/status";
import { Avatar } from "../../components/ui/avatar";
import { Badge } from "../../components/ui/badge";
import { cx } from "../../components/ui/classes";
import type { MessageRow } from "../../lib/api-types";
import { fileSize } from "../../lib/file-size";
import { cleanRichText } from "../../lib/html-sanitize";
import { useLanguage } from "../../lib/i18n";
import { clock, dateTime } from "../../lib/time-format";
import { CallEntry } from "./calls/call-entry";
import { HeldFooter } from "./held-footer";
import { isInMail, MailBody } from "./mail-body";
import { MissingFile } from "./missing-file";
import { PlainText } from "./plain-text";
import { RetryFooter } from "./retry-footer";

type MessageItemProps = { message: MessageRow; isFollowUp: boolean; threadChannel: Channel };

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
  return (
    <p data-testid="message" className="py-2 text-center text-xs text-faint">
      {message.text} · <MessageTime at={message.at} />
    </p>
  );
}

function Note({ message }: { message: MessageRow }) {
  const { t } = useTranslation();
  return (
    <article data-testid="message" className="mt-3 rounded-lg border border-note-line bg-note px-3 py-2">
      <header className="mb-1 flex flex-wrap items-center gap-x-2 text-xs text-muted">
        <Lock aria-hidden size={12} className="shrink-0" />
        <span className="font-medium text-text">{message.senderName}</span>
        <span>
          {t("thread.internal")}
          <span className="max-md:hidden">: {t("thread.onlyTeam")}</span>
        </span>
        <span aria-hidden className="grow" />
        <MessageTime at={message.at} />
      </header>
      {message.text !== "" && <PlainText text={message.text} />}
      <Files message={message} />
    </article>
  );
}

function Incoming({ message, isFollowUp, threadChannel }: MessageItemProps) {
  const isMail = message.html !== undefined;
  return (
    <article data-testid="message" className={cx("flex gap-2.5", isFollowUp ? "mt-1" : "mt-3")}>
      <span className="w-7 shrink-0">{!isFollowUp && <Avatar name={message.senderName} />}</span>
      <div className={cx("min-w-0", isMail ? "grow" : "max-w-[85%]")}>
        {!isFollowUp && <MessageHead message={message} threadChannel={threadChannel} />}
        <div className="rounded-lg border border-line bg-surface px-3 py-2">
          {message.html !== undefined ? (
            <MailBody message={message} html={message.html} />
          ) : (
            <PlainText text={message.text} quotedText={message.quotedText} />
          )}
          <Files message={message} />
        </div>
      </div>
    </article>
  );
}

function Outgoing({ message, isFollowUp, threadChannel }: MessageItemProps) {
  const { t } = useTranslation();
  const hasFailed = message.deliveryStatus === "failed" || message.deliveryStatus === "bounced";
  return (
    <article data-testid="message" className={cx("flex flex-col items-end", isFollowUp ? "mt-1" : "mt-3")}>
      {!isFollowUp && <MessageHead message={message} threadChannel={threadChannel} isOwnSide />}
      <div
        className={cx(
          "max-w-[85%] min-w-0 rounded-lg border px-3 py-2",
          hasFailed ? "border-danger/40 bg-danger-soft" : "border-transparent bg-accent-soft",
        )}
      >
        {message.html === undefined ? (
          <PlainText text={message.text} quotedText={message.quotedText} />
        ) : (
          <OwnRichText html={message.html} />
        )}
        <Files message={message} />
      </div>
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

type MessageHeadProps = { message: MessageRow; threadChannel: Channel; isOwnSide?: boolean };

function MessageHead({ message, threadChannel, isOwnSide = false }: MessageHeadProps) {
  const { t } = useTranslation();
  return (
    <header className={cx("mb-1 flex flex-wrap items-center gap-x-2 text-xs text-muted", isOwnSide && "justify-end")}>
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

function MessageTime({ at }: { at: number }) {
  const language = useLanguage();
  return (
    <time dateTime={new Date(at).toISOString()} title={dateTime(at, language, 0)} className="text-faint">
      {clock(at, language)}
    </time>
  );
}

function OwnRichText({ html }: { html: string }) {
  const clean = useMemo(() => cleanRichText(html), [html]);
  return <div className="prose-message" dangerouslySetInnerHTML={{ __html: clean }} />;
}

function Files({ message }: { message: MessageRow }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const files = message.files.filter((file) => !isInMail(file, message.html));
  if (files.length === 0 && message.missingFiles.length === 0) return null;
  return (
    <ul aria-label={t("thread.files")} className="mt-2 flex flex-wrap gap-2">
      {files.map((file, index) => (
        <li key={index}>
          <a
            href={file.url ?? undefined}
            target="_blank"
            rel="noopener noreferrer"
            className="flex max-w-64 items-center gap-1.5 rounded-md border border-line bg-surface px-2 py-1 text-xs hover:bg-hover"
          >
            <Paperclip aria-hidden size={13} className="shrink-0 text-muted" />
            <span className="truncate">{file.name}</span>
            <span className="shrink-0 text-faint">{fileSize(file.sizeBytes, language)}</span>
          </a>
        </li>
      ))}
      {message.missingFiles.map((file, index) => (
        <li key={`missing-${index}`}>
          <MissingFile file={file} />
        </li>
      ))}
    </ul>
  );
}
