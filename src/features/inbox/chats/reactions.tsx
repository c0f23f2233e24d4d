import { Reply, SmilePlus, TriangleAlert, Undo2 } from "lucide-react";
import { use } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../../convex/_generated/api";
import { REACTIONS, type Reaction } from "../../../../convex/inbox/chats/emojis";
import { IconButton } from "../../../components/ui/button";
import { cx } from "../../../components/ui/classes";
import { Menu, type MenuGroupData } from "../../../components/ui/menu";
import { toastError } from "../../../components/ui/toast";
import type { MessageRow } from "../../../lib/api-types";
import { describeError } from "../../../lib/errors";
import { useNow } from "../../../lib/now";
import { useOrgMutation } from "../../../lib/org";
import { type Chat, GoToMessage } from "./chat-context";

/** What both sides reacted to a message with. */
export function ReactionChips({ message: { reactions } }: { message: MessageRow }) {
  const { t } = useTranslation();
  if (reactions.length === 0) return null;
  return (
    <ul aria-label={t("chats.reactions")} className="-mt-1.5 flex gap-1 px-2">
      {reactions.map(({ emoji, name, isOurs, status }) => {
        const hasFailed = status === "failed" || status === "bounced";
        return (
          <li
            key={isOurs ? "ours" : "theirs"}
            title={name || undefined}
            className={cx(
              "relative inline-flex h-6 items-center gap-1 rounded-full border bg-surface px-1.5 text-sm",
              hasFailed ? "border-danger/40" : "border-line",
            )}
          >
            {emoji}
            {name !== "" && <span className="sr-only">{t("chats.by", { name })}</span>}
            {hasFailed && (
              <>
                <TriangleAlert aria-hidden size={12} className="text-danger" />
                <span className="text-xs text-danger">{t("chats.notSent")}</span>
              </>
            )}
          </li>
        );
      })}
    </ul>
  );
}

/** What one can react to a message with, as a menu; null when WhatsApp's 24 hours are over. */
export function useReactions(message: MessageRow, chat: Chat): MenuGroupData[] | null {
  const { t } = useTranslation();
  const now = useNow();
  const react = useOrgMutation(api.inbox.chats.mutations.react);
  const own = message.reactions.find(({ isOurs }) => isOurs);
  const choose = (emoji: Reaction | null) => {
    react({ messageId: message.id, emoji }).catch((thrown: unknown) => toastError(describeError(thrown, t)));
  };
  if (chat.until !== null && now >= chat.until) return null;
  const items = REACTIONS.map((emoji) => ({
    id: emoji,
    label: emoji,
    isChosen: own?.emoji === emoji,
    onAction: () => choose(emoji),
  }));
  const back = {
    id: "back",
    label: t("chats.takeBack"),
    icon: <Undo2 size={14} />,
    onAction: () => choose(null),
  };
  return [
    { id: t("chats.react"), isRow: true, items },
    ...(own === undefined ? [] : [{ id: t("chats.takeBack"), items: [back] }]),
  ];
}

/** Offers them with a button of their own, or says why there are none. */
export function ReactButton({ reactions }: { reactions: MenuGroupData[] | null }) {
  const { t } = useTranslation();
  if (reactions === null) {
    return <IconButton size="sm" isDisabled label={t("chats.closed")} icon={<SmilePlus size={15} />} />;
  }
  return (
    <Menu
      label={t("chats.react")}
      groups={reactions}
      trigger={<IconButton size="sm" label={t("chats.react")} icon={<SmilePlus size={15} />} />}
    />
  );
}

/** The message that one answers, above its words. */
export function QuotedMessage({ message: { quoted } }: { message: MessageRow }) {
  const { t } = useTranslation();
  const goTo = use(GoToMessage);
  if (quoted === undefined) return null;
  const { messageId, name, text } = quoted;
  return (
    <button
      type="button"
      aria-label={t("chats.goTo", { name })}
      onClick={() => goTo(messageId)}
      className="mb-1.5 flex w-full min-w-0 flex-col rounded-md border-l-2 border-accent bg-neutral-soft px-2 py-1 text-left text-xs hover:bg-hover"
    >
      <span className="font-medium">{name}</span>
      <span className="line-clamp-2 text-muted">{text === "" ? t("chats.noWords") : text}</span>
    </button>
  );
}

type QuoteBarProps = { quoted: MessageRow | undefined; onRemove: () => void };

/** Over the field: what the answer will quote. */
export function QuoteBar({ quoted, onRemove }: QuoteBarProps) {
  const { t } = useTranslation();
  if (quoted === undefined) return null;
  return (
    <div className="mx-4 mt-1 flex items-center gap-2 rounded-md border-l-2 border-accent bg-neutral-soft py-1 pl-2 text-xs">
      <Reply aria-hidden size={13} className="shrink-0 text-muted" />
      <span className="min-w-0 grow truncate">
        <span className="font-medium">{quoted.senderName}</span> {quoted.text}
      </span>
      <button type="button" onClick={onRemove} className="shrink-0 px-2 py-1 text-muted hover:text-text max-md:py-3">
        {t("chats.noQuote")}
      </button>
    </div>
  );
}
