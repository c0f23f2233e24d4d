import { Copy, Ellipsis, FileCode, Forward, Link2, Pencil, Reply, Trash2 } from "lucide-react";
import { createContext, lazy, type ReactNode, Suspense, use, useState } from "react";
import { useTranslation } from "react-i18next";
import { IconButton } from "../../components/ui/button";
import { Menu, type MenuGroupData } from "../../components/ui/menu";
import { useCopy } from "../../components/ui/use-copy";
import type { MessageRow } from "../../lib/api-types";
import { useIsPhone } from "../../lib/media";
import { useOrg } from "../../lib/org";
import { type Chat, ChatContext } from "./chats/chat-context";
import { ReactButton, useReactions } from "./chats/reactions";
import type { Wish } from "./use-writer";

const OriginalDialog = lazy(async () => ({ default: (await import("./original-dialog")).OriginalDialog }));

/** Turns the field below to an answer; null where nothing can be answered as mail. */
export const AskToWrite = createContext<((wish: Wish) => void) | null>(null);

type MessageMenuProps = { message: MessageRow; onEdit?: () => void; onRemove?: () => void };

/** What is done with one message: there when it is pointed at, and always for fingers and the keyboard. */
export function MessageMenu(props: MessageMenuProps) {
  const chat = use(ChatContext);
  if (chat === null || !props.message.isChat) return <Deeds {...props} />;
  return <ChatDeeds {...props} chat={chat} />;
}

/** With reactions: behind a button of their own, on phones, where that would take the words' room, in the menu. */
function ChatDeeds({ chat, ...props }: MessageMenuProps & { chat: Chat }) {
  const isPhone = useIsPhone();
  const reactions = useReactions(props.message, chat);
  return isPhone ? (
    <Deeds {...props} before={reactions ?? []} />
  ) : (
    <Deeds {...props} button={<ReactButton reactions={reactions} />} />
  );
}

type DeedsProps = MessageMenuProps & { before?: MenuGroupData[]; button?: ReactNode };

function Deeds({ message, onEdit, onRemove, before = [], button }: DeedsProps) {
  const { t } = useTranslation();
  const { membership } = useOrg();
  const ask = use(AskToWrite);
  const quote = use(ChatContext)?.quote ?? null;
  const [isOriginalShown, setIsOriginalShown] = useState(false);
  const copy = useCopy();
  // What the server has not confirmed has no address yet.
  const isThere = message.id !== message.clientId;
  const isMail = message.channel === "email" && ["incoming", "outgoing"].includes(message.messageType);
  const isOwnNote = isThere && message.messageType === "internal_note" && message.authorId === membership.memberId;
  const item = (id: string, label: string, icon: typeof Copy, onAction: () => void) => {
    const Icon = icon;
    return { id, label, icon: <Icon size={14} />, onAction };
  };
  const groups = (): MenuGroupData[] => [
    ...before,
    {
      id: "message",
      items: [
        ...(message.text === ""
          ? []
          : [
              item("text", t("messageMenu.copyText"), Copy, () => void copy(message.text, t("messageMenu.textCopied"))),
            ]),
        ...(isThere
          ? [
              item("link", t("messageMenu.copyLink"), Link2, () => {
                void copy(linkOf(message.id), t("messageMenu.linkCopied"));
              }),
            ]
          : []),
        ...(ask !== null && isMail && isThere
          ? [
              item("reply", t("messageMenu.reply"), Reply, () => ask({ kind: "reply", to: peopleOf(message) })),
              item("forward", t("messageMenu.forward"), Forward, () => ask({ kind: "forward", messageId: message.id })),
            ]
          : []),
        ...(quote !== null && message.isChat && isThere
          ? [item("quote", t("chats.quote"), Reply, () => quote(message.id))]
          : []),
        ...(message.channel === "email" && (message.messageType === "incoming" || message.isSentElsewhere)
          ? [item("original", t("messageMenu.original"), FileCode, () => setIsOriginalShown(true))]
          : []),
        ...(isOwnNote && onEdit !== undefined ? [item("edit", t("messageMenu.edit"), Pencil, onEdit)] : []),
        ...(isOwnNote && onRemove !== undefined
          ? [{ ...item("remove", t("messageMenu.remove"), Trash2, onRemove), isDanger: true }]
          : []),
      ],
    },
  ];
  return (
    <span className="flex shrink-0 self-start opacity-0 group-focus-within/message:opacity-100 group-hover/message:opacity-100 has-[[aria-expanded=true]]:opacity-100 max-md:opacity-100">
      {button}
      <Menu
        label={t("messageMenu.label")}
        groups={groups}
        trigger={<IconButton size="sm" label={t("messageMenu.label")} icon={<Ellipsis size={15} />} />}
      />
      {isOriginalShown && (
        <Suspense>
          <OriginalDialog messageId={message.id} onClose={() => setIsOriginalShown(false)} />
        </Suspense>
      )}
    </span>
  );
}

/** Who wrote it; of one we wrote, who it went to. */
function peopleOf({ messageType, senderAddress, recipients }: MessageRow): string[] {
  if (messageType === "incoming") return senderAddress === undefined ? [] : [senderAddress];
  return recipients.filter(({ kind }) => kind === "to").map(({ address }) => address);
}

/** The address of the open conversation, at this message. */
function linkOf(messageId: string): string {
  const { origin, pathname } = window.location;
  return `${origin}${pathname}#${messageId}`;
}
