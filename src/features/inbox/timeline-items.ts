import { calendarDaysBetween } from "../../lib/time-format";
import type { MessageRow } from "../../lib/api-types";

export type TimelineItem =
  | { kind: "day"; key: string; at: number }
  | {
      kind: "message";
      key: string;
      message: MessageRow;
      /** Written by the same person right after the one above: no second head line. */
      isFollowUp: boolean;
    };

/** Messages of one person within this time read as one go. */
const FOLLOW_UP_MS = 5 * 60_000;

/** The rows of a conversation from its messages (newest first, as the server lists them): oldest on top, days parted. */
export function timelineItems(newestFirst: readonly MessageRow[]): TimelineItem[] {
  const items: TimelineItem[] = [];
  let before: MessageRow | null = null;
  for (const message of newestFirst.toReversed()) {
    const isNewDay = before === null || calendarDaysBetween(before.at, message.at) !== 0;
    if (isNewDay) items.push({ kind: "day", key: `day-${message.id}`, at: message.at });
    items.push({
      kind: "message",
      // The sender's own key lives longer than the id: the row stays the same one when the server confirms it.
      key: message.clientId ?? message.id,
      message,
      isFollowUp: !isNewDay && before !== null && continues(before, message),
    });
    before = message;
  }
  return items;
}

function continues(before: MessageRow, message: MessageRow): boolean {
  return (
    before.messageType === message.messageType &&
    message.messageType !== "system_notification" &&
    before.senderName === message.senderName &&
    before.channel === message.channel &&
    message.at - before.at < FOLLOW_UP_MS
  );
}

/** The newest public answer of somebody else that came in after `since`, or null: the reason to stop a stale reply. */
export function answeredSince(newestFirst: MessageRow | null, since: MessageRow["id"] | null, ownName: string) {
  if (newestFirst === null || newestFirst.id === since) return null;
  return newestFirst.messageType === "outgoing" && newestFirst.senderName !== ownName ? newestFirst : null;
}
