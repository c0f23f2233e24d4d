import { createContext } from "react";
import { api } from "../../../../convex/_generated/api";
import type { Id } from "../../../../convex/_generated/dataModel";
import type { MessageRow, ThreadDetail } from "../../../lib/api-types";
import { useOrgQuery } from "../../../lib/org";

/** What WhatsApp lets one do with single messages; null where it cannot be done or one may not. */
export type Chat = {
  /** When the 24 hours end, UTC ms; null: never. */
  until: number | null;
  /** Answers by quoting it. Null where the conversation goes on over another channel. */
  quote: ((messageId: Id<"messages">) => void) | null;
};

export const ChatContext = createContext<Chat | null>(null);

/** Brings a message into sight, if the conversation has it. */
export const GoToMessage = createContext<(messageId: Id<"messages">) => void>(() => undefined);

/** The same for a conversation, asked only where there is such a message. */
export function useChat(thread: ThreadDetail, messages: readonly MessageRow[], quote: Chat["quote"]): Chat | null {
  const isAsked = messages.some(({ isChat }) => isChat);
  const abilities = useOrgQuery(api.inbox.chats.queries.abilities, isAsked ? { threadId: thread.id } : "skip");
  return abilities?.isAble === true ? { until: abilities.until, quote } : null;
}
