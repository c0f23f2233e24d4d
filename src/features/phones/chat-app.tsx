import { Check, CheckCheck } from "lucide-react";
import { useTranslation } from "react-i18next";
import { ChannelIcon } from "../../components/status";
import { Avatar } from "../../components/ui/avatar";
import { cx } from "../../components/ui/classes";
import type { DeviceMessage, DeviceRow } from "../../lib/api-types";
import { useLanguage } from "../../lib/i18n";
import { useNow } from "../../lib/now";
import { useOrg } from "../../lib/org";
import { clock, shortDate } from "../../lib/time-format";
import { AnswerBox } from "./answer-box";

type AppProps = { device: DeviceRow; messages: readonly DeviceMessage[] | undefined };

/** SMS and WhatsApp: bubbles, the customer on the right. */
export function ChatApp({ device, messages }: AppProps) {
  const { t } = useTranslation();
  const { membership } = useOrg();
  return (
    <>
      <header className="flex shrink-0 flex-col items-center gap-1 border-b border-line pb-2">
        <Avatar name={membership.orgName} tone="accent" className="size-9" />
        <p className="flex items-center gap-1.5 text-xs font-medium">
          <span className="text-muted">
            <ChannelIcon channel={device.channel} size={12} />
          </span>
          {membership.orgName}
        </p>
      </header>
      <div
        tabIndex={0}
        role="region"
        aria-label={t("phones.messages", { address: device.address })}
        className="relative flex min-h-0 grow flex-col-reverse overflow-y-auto px-3 outline-offset-[-2px]"
      >
        <ol className="flex flex-col gap-1.5 py-3">
          {messages?.length === 0 && <li className="text-center text-sm text-faint">{t("phones.noMessages")}</li>}
          {messages?.map((message) => (
            <li key={message.id}>
              <Bubble message={message} />
            </li>
          ))}
        </ol>
      </div>
      <AnswerBox device={device} />
    </>
  );
}

function Bubble({ message }: { message: DeviceMessage }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const now = useNow();
  const isOwn = message.direction === "from_customer";
  const Mark = message.status === "read" || message.status === "delivered" ? CheckCheck : Check;
  return (
    <div data-testid="device-message" className={cx("flex flex-col", isOwn ? "items-end" : "items-start")}>
      <div
        className={cx(
          "max-w-[85%] rounded-2xl px-3 py-1.5 text-sm break-words whitespace-pre-wrap",
          isOwn ? "rounded-br-md bg-accent text-on-accent" : "rounded-bl-md bg-neutral-soft",
        )}
      >
        <span className="sr-only">{t(isOwn ? "phones.you" : "phones.business")}: </span>
        {message.text}
      </div>
      <span className="flex items-center gap-1 px-1 text-2xs text-faint">
        {shortDate(message.at, language, now)} {clock(message.at, language)}
        {isOwn && <Mark aria-hidden size={11} />}
      </span>
    </div>
  );
}
