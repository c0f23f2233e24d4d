import { Check, CheckCheck, Ellipsis } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import { REACTIONS, type Reaction } from "../../../convex/inbox/chats/emojis";
import { ChannelIcon } from "../../components/status";
import { Avatar } from "../../components/ui/avatar";
import { IconButton } from "../../components/ui/button";
import { cx } from "../../components/ui/classes";
import { Menu } from "../../components/ui/menu";
import { toastError } from "../../components/ui/toast";
import type { DeviceMessage, DeviceRow } from "../../lib/api-types";
import { describeError } from "../../lib/errors";
import { useLanguage } from "../../lib/i18n";
import { useNow } from "../../lib/now";
import { useOrg, useOrgMutation } from "../../lib/org";
import { clock, shortDate } from "../../lib/time-format";
import { AnswerBox } from "./answer-box";

type AppProps = { device: DeviceRow; messages: readonly DeviceMessage[] | undefined };

/** SMS and WhatsApp: bubbles, the customer on the right. */
export function ChatApp({ device, messages }: AppProps) {
  const { t } = useTranslation();
  const { membership } = useOrg();
  const [quotedId, setQuotedId] = useState<DeviceMessage["id"] | null>(null);
  const quoted = messages?.find(({ id }) => id === quotedId);
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
              <Bubble message={message} onQuote={() => setQuotedId(message.id)} />
            </li>
          ))}
        </ol>
      </div>
      {quoted !== undefined && (
        <p className="mx-2 truncate border-l-2 border-accent bg-neutral-soft px-2 py-1 text-xs text-muted">
          {quoted.text}
        </p>
      )}
      <AnswerBox
        device={device}
        quote={quoted === undefined ? null : { id: quoted.id, end: () => setQuotedId(null) }}
      />
    </>
  );
}

type BubbleProps = { message: DeviceMessage; onQuote: () => void };

function Bubble({ message, onQuote }: BubbleProps) {
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
        {message.quoted !== undefined && (
          <span className="mb-1 block truncate border-l-2 border-current pl-1.5 text-xs opacity-80">
            {message.quoted}
          </span>
        )}
        {message.text}
      </div>
      <Reactions message={message} />
      <span className="flex items-center gap-1 px-1 text-2xs text-faint">
        {shortDate(message.at, language, now)} {clock(message.at, language)}
        {isOwn && <Mark aria-hidden size={11} />}
        {message.channel === "whatsapp" && <BubbleMenu message={message} onQuote={onQuote} />}
      </span>
    </div>
  );
}

function Reactions({ message: { ourReaction = "", customerReaction = "" } }: { message: DeviceMessage }) {
  const shown = `${ourReaction}${customerReaction}`;
  if (shown === "") return null;
  return (
    <span data-testid="device-reaction" className="-mt-1.5 rounded-full border border-line bg-surface px-1.5 text-sm">
      {shown}
    </span>
  );
}

/** What the customer does with a message. */
function BubbleMenu({ message, onQuote }: BubbleProps) {
  const { t } = useTranslation();
  const react = useOrgMutation(api.sandbox.mutations.react);
  const choose = (emoji: Reaction | null) => {
    react({ messageId: message.id, emoji }).catch((thrown: unknown) => toastError(describeError(thrown, t)));
  };
  const emojis = REACTIONS.map((emoji) => ({ id: emoji, label: emoji, onAction: () => choose(emoji) }));
  const own = message.customerReaction ?? "";
  const back = own === "" ? [] : [{ id: "back", label: t("chats.takeBack"), onAction: () => choose(null) }];
  const items = [{ id: "quote", label: t("chats.quote"), onAction: onQuote }, ...back];
  return (
    <Menu
      label={t("phones.messageMenu")}
      groups={[
        { id: "emojis", items: emojis },
        { id: "more", items },
      ]}
      trigger={<IconButton size="sm" label={t("phones.messageMenu")} icon={<Ellipsis size={12} />} />}
    />
  );
}
