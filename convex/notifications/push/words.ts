import type { CustomerLanguage } from "../../lib/languages";
import { pathOf } from "../paths";
import type { NotificationKind, NotificationTarget } from "../schema";

// What a push says on a screen anybody may see. Pure.

/** A notification as its reader's list shows it. */
type News = {
  id: string;
  kind: NotificationKind;
  target: NotificationTarget;
  title: string;
  who: string;
  text: string;
  count: number;
};

/** What the service worker (public/sw.js) is given. */
export type PushPayload = {
  title: string;
  body: string;
  /** One notification a tag: a newer one takes the older one's place. */
  tag: string;
  path: string;
  /** The workspace `path` belongs to. */
  orgId: string;
  /** Unread altogether: the number on the app's icon. */
  badge: number;
};

const KINDS: Record<CustomerLanguage, Record<NotificationKind, string>> = {
  de: {
    assigned: "Ihnen zugewiesen",
    new_message: "Neue Nachricht",
    team_unassigned: "Neu für Ihr Team",
    unassigned: "Neu, noch bei niemandem",
    mentioned: "Sie werden genannt",
    deadline: "Frist",
    task_assigned: "Aufgabe für Sie",
    task_due: "Aufgabe fällig",
    reply_failed: "Antwort nicht zugestellt",
    bad_rating: "Schlechte Bewertung",
    alert: "Problem beim Senden",
  },
  en: {
    assigned: "Assigned to you",
    new_message: "New message",
    team_unassigned: "New for your team",
    unassigned: "New, nobody has it",
    mentioned: "You are mentioned",
    deadline: "Deadline",
    task_assigned: "Task for you",
    task_due: "Task due",
    reply_failed: "Reply not delivered",
    bad_rating: "Bad rating",
    alert: "Problem with sending",
  },
  nl: {
    assigned: "Aan u toegewezen",
    new_message: "Nieuw bericht",
    team_unassigned: "Nieuw voor uw team",
    unassigned: "Nieuw, nog van niemand",
    mentioned: "U wordt genoemd",
    deadline: "Termijn",
    task_assigned: "Taak voor u",
    task_due: "Taak vervalt",
    reply_failed: "Antwoord niet bezorgd",
    bad_rating: "Slechte beoordeling",
    alert: "Probleem met versturen",
  },
};

const HIDDEN: Record<CustomerLanguage, string> = {
  de: "In Switchboard ansehen",
  en: "Open Switchboard to read it",
  nl: "Bekijk het in Switchboard",
};

/** What a customer wrote is the news. */
const NEW_WORDS: readonly NotificationKind[] = ["new_message", "team_unassigned", "unassigned"];

/** Push services take 4096 bytes encrypted; what stands on a lock screen is shorter anyway. */
const MAX_LINE_CHARS = 160;

/** The words for one device. Private: what happened, but not who wrote, what about, or a word of it. */
export function pushPayload(
  news: News,
  {
    orgId,
    language,
    isPrivate,
    badge,
  }: { orgId: string; language: CustomerLanguage; isPrivate: boolean; badge: number },
): PushPayload {
  const what = KINDS[language][news.kind];
  const lines = isPrivate
    ? [HIDDEN[language]]
    : [
        [news.who, news.title].filter((part) => part !== "").join(" · "),
        // What a customer wrote is the news only where it is new.
        NEW_WORDS.includes(news.kind) ? news.text : "",
      ];
  return {
    title: news.count > 1 ? `${what} (${news.count})` : what,
    body: lines
      .filter((line) => line !== "")
      .map((line) => (line.length > MAX_LINE_CHARS ? `${line.slice(0, MAX_LINE_CHARS - 1)}…` : line))
      .join("\n"),
    tag: news.id,
    path: pathOf(news.target),
    orgId,
    badge,
  };
}
