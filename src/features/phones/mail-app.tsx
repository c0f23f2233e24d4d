import { ChevronLeft, Inbox } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Avatar } from "../../components/ui/avatar";
import { cx } from "../../components/ui/classes";
import { MailFrame } from "../../components/ui/mail-frame";
import { RelativeTime } from "../../components/ui/time";
import type { DeviceMessage, DeviceRow } from "../../lib/api-types";
import { useOrg } from "../../lib/org";
import { AnswerBox } from "./answer-box";

type AppProps = { device: DeviceRow; messages: readonly DeviceMessage[] | undefined };

/** A mailbox: newest mail open, the others one press away. */
export function MailApp({ device, messages }: AppProps) {
  const { t } = useTranslation();
  const [chosen, setChosen] = useState<DeviceMessage["id"] | "list" | null>(null);
  const newest = messages?.findLast(({ direction }) => direction === "to_customer") ?? messages?.at(-1);
  const open = chosen === "list" ? undefined : (messages?.find(({ id }) => id === chosen) ?? newest);
  if (open === undefined) {
    return <MailList device={device} messages={messages ?? []} onOpen={setChosen} />;
  }
  return (
    <>
      <header className="flex shrink-0 items-center gap-1 border-b border-line px-2 pb-1.5">
        <button
          type="button"
          onClick={() => setChosen("list")}
          className="flex h-8 items-center rounded-md pr-2 text-sm text-accent-text hover:bg-hover max-md:h-11"
        >
          <ChevronLeft aria-hidden size={18} />
          {t("phones.mail")}
        </button>
      </header>
      <div
        tabIndex={0}
        role="region"
        aria-label={t("phones.messages", { address: device.address })}
        className="relative flex min-h-0 grow flex-col overflow-y-auto outline-offset-[-2px]"
      >
        <Mail message={open} device={device} />
      </div>
      <AnswerBox device={device} inReplyTo={open.direction === "to_customer" ? open.id : undefined} />
    </>
  );
}

function Mail({ message, device }: { message: DeviceMessage; device: DeviceRow }) {
  const { t } = useTranslation();
  const { membership } = useOrg();
  const isOwn = message.direction === "from_customer";
  const from = isOwn ? device.contactName : membership.orgName;
  return (
    <article data-testid="device-message" className="flex flex-col gap-3 p-4">
      <h2 className="text-base leading-5 font-semibold">{message.subject}</h2>
      <div className="flex items-center gap-2">
        <Avatar name={from} tone={isOwn ? "neutral" : "accent"} />
        <div className="min-w-0 grow text-xs">
          <p className="truncate font-medium">
            {from}
            {message.from !== undefined && <span className="font-normal text-faint"> {`<${message.from}>`}</span>}
          </p>
          <p className="truncate text-faint">{t("phones.to", { name: isOwn ? membership.orgName : device.address })}</p>
        </div>
        <RelativeTime at={message.at} className="shrink-0 text-xs text-faint" />
      </div>
      {message.html === undefined ? (
        <p className="text-sm break-words whitespace-pre-wrap">{message.text}</p>
      ) : (
        <MailFrame html={message.html} title={t("mail.content")} />
      )}
    </article>
  );
}

type MailListProps = {
  device: DeviceRow;
  messages: readonly DeviceMessage[];
  onOpen: (id: DeviceMessage["id"]) => void;
};

function MailList({ device, messages, onOpen }: MailListProps) {
  const { t } = useTranslation();
  const { membership } = useOrg();
  return (
    <div className="flex min-h-0 grow flex-col">
      <h2 className="px-4 pb-2 text-xl font-semibold">{t("phones.mail")}</h2>
      <ul
        aria-label={t("phones.inboxOf", { name: device.contactName })}
        className="relative min-h-0 grow overflow-y-auto border-t border-line"
      >
        {messages.length === 0 && (
          <li className="flex flex-col items-center gap-2 p-8 text-sm text-faint">
            <Inbox aria-hidden size={20} />
            {t("phones.noMessages")}
          </li>
        )}
        {messages.toReversed().map((message) => (
          <li key={message.id}>
            <button
              type="button"
              onClick={() => onOpen(message.id)}
              data-testid="device-message"
              className="flex w-full flex-col border-b border-line px-4 py-2.5 text-left outline-offset-[-2px] hover:bg-hover"
            >
              <span className="flex items-baseline gap-2">
                <span className="min-w-0 grow truncate text-sm font-semibold">
                  {message.direction === "from_customer" ? device.contactName : membership.orgName}
                </span>
                <RelativeTime at={message.at} className="shrink-0 text-xs text-faint" />
              </span>
              <span className={cx("truncate text-sm", message.direction === "from_customer" && "text-muted")}>
                {message.subject}
              </span>
              <span className="truncate text-xs text-faint">{message.text}</span>
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}
