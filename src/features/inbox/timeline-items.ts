import { calendarDaysBetween } from "../../lib/time-format";
import type { MessageRow } from "../../lib/api-types";
import { filesHeight } from "./file-kinds";

export type TimelineItem = {
  key: string;
  message: MessageRow;
  /** The first of its day: says which above it. */
  isNewDay: boolean;
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
    items.push({
      // The sender's own key lives longer than the id: the row stays the same one when the server confirms it.
      key: message.clientId ?? message.id,
      message,
      isNewDay,
      isFollowUp: !isNewDay && before !== null && continues(before, message),
    });
    before = message;
  }
  return items;
}

/** Signs on a line, of a column that is as wide as it gets. */
const LINE_SIGNS = 80;
const LINE_PX = 20;
/** Head line, frame and the gap above. */
const FRAME_PX = 64;
const DAY_PX = 36;
/** A mail in its frame, before it is known how tall it is. */
const MAIL_PX = 260;

/** About how tall an item will be: until it has been on the screen and is measured. */
export function guessedHeight({ message, isNewDay, isFollowUp }: TimelineItem): number {
  const lines = message.text
    .split("\n")
    .reduce((sum, line) => sum + Math.max(1, Math.ceil(line.length / LINE_SIGNS)), 0);
  const body = message.html !== undefined && message.messageType === "incoming" ? MAIL_PX : lines * LINE_PX;
  return (isNewDay ? DAY_PX : 0) + (isFollowUp ? FRAME_PX / 2 : FRAME_PX) + body + filesHeight(message.files);
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
