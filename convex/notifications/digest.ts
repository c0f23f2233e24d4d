import type { CustomerLanguage } from "../lib/languages";
import { addCalendarDays, clockTime } from "../lib/time";

// The morning mail with what is pending (product.md A-46: 08:00 local). Pure.

const DIGEST_CLOCK = "08:00";

/** The first 08:00 of the member's clocks after `now`, UTC ms; a clock change moves the instant, never the clock time. */
export function nextDigestAt(now: number, timezone: string): number {
  const today = addCalendarDays(now, timezone, 0, DIGEST_CLOCK);
  return today > now ? today : addCalendarDays(now, timezone, 1, DIGEST_CLOCK);
}

/** What is pending for a member. Numbers at `limit` or above are "at least". */
export type Pending = {
  unread: number;
  openThreads: readonly { number: number; subject: string; who: string; isOverdue: boolean }[];
  dueTasks: readonly { title: string; dueAt: number }[];
  limit: number;
};

type Words = {
  subject: string;
  hello: string;
  unread: string;
  threads: string;
  overdue: string;
  tasks: string;
  open: string;
};

const WORDS: Record<CustomerLanguage, Words> = {
  de: {
    subject: "Ihr Tag bei {org}",
    hello: "Guten Morgen, {name}.",
    unread: "Ungelesene Mitteilungen: {count}",
    threads: "Ihre offenen Unterhaltungen: {count}",
    overdue: "überfällig",
    tasks: "Heute oder früher fällige Aufgaben: {count}",
    open: "Öffnen: {url}",
  },
  en: {
    subject: "Your day at {org}",
    hello: "Good morning, {name}.",
    unread: "Unread notifications: {count}",
    threads: "Your open conversations: {count}",
    overdue: "overdue",
    tasks: "Tasks due today or earlier: {count}",
    open: "Open: {url}",
  },
  nl: {
    subject: "Uw dag bij {org}",
    hello: "Goedemorgen, {name}.",
    unread: "Ongelezen meldingen: {count}",
    threads: "Uw open gesprekken: {count}",
    overdue: "te laat",
    tasks: "Taken die vandaag of eerder vervallen: {count}",
    open: "Openen: {url}",
  },
};

type Reader = { org: string; name: string; timezone: string; url: string | null };

/** Subject and text of the mail, or null when nothing is pending: silence is the best digest. */
export function digestText(
  pending: Pending,
  reader: Reader,
  language: CustomerLanguage,
): { subject: string; text: string } | null {
  const { unread, openThreads, dueTasks, limit } = pending;
  if (unread + openThreads.length + dueTasks.length === 0) return null;
  const words = WORDS[language];
  const counted = (count: number) => (count >= limit ? `${limit}+` : String(count));
  const threads = openThreads.map(({ number, subject, who, isOverdue }) => {
    const parts = [who, subject].filter((part) => part !== "").join(": ");
    return `- #${number} ${parts}${isOverdue ? ` (${words.overdue})` : ""}`;
  });
  const tasks = dueTasks.map(({ title, dueAt }) => `- ${clockTime(dueAt, reader.timezone)} ${title}`);
  const blocks = [
    [words.hello.replace("{name}", () => reader.name)],
    unread === 0 ? [] : [words.unread.replace("{count}", counted(unread))],
    threads.length === 0 ? [] : [words.threads.replace("{count}", counted(threads.length)), ...threads],
    tasks.length === 0 ? [] : [words.tasks.replace("{count}", counted(tasks.length)), ...tasks],
    reader.url === null ? [] : [words.open.replace("{url}", () => `${reader.url}/inbox?view=mine`)],
  ];
  const text = blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n");
  return { subject: words.subject.replace("{org}", () => reader.org), text };
}
