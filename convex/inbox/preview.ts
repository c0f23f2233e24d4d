// The one line of a list that says what a message is about. Pure.

const PREVIEW_CHARS = 140; // Two lines of the list at its widest.

/** The start of a text on one line. */
export function previewOf(text: string): string {
  const line = text.replace(/\s+/g, " ").trim();
  if (line.length <= PREVIEW_CHARS) return line;
  // Never half of a surrogate pair.
  return `${line.slice(0, PREVIEW_CHARS - 1).replace(/[\ud800-\udbff]$/, "")}…`;
}

/** What a list shows of a message; one without words is its files. */
export function shownOf({ text, fileIds }: { text: string; fileIds: readonly string[] }): string {
  return previewOf(text) || `📎 ${fileIds.length}`;
}

const DAY_MS = 24 * 60 * 60 * 1000;
/** Mail servers give up after five days; a mail that claims to be older has a wrong clock. */
const MAX_DELAY_MS = 7 * DAY_MS;

/** The sender's time where it is plausible, the time of arrival otherwise: a wrong clock must not hide a message. */
export function timelineInstant(sentAt: number | null, receivedAt: number): number {
  return sentAt === null || sentAt > receivedAt || sentAt < receivedAt - MAX_DELAY_MS ? receivedAt : sentAt;
}
