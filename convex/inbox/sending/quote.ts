import type { CustomerLanguage } from "../../lib/languages";
import { escapeHtml, htmlOfText, htmlWithBreaks } from "../simpleHtml";

// What a mail repeats of an earlier one, below the words of an answer or a forward. Pure.

/** How far mails are repeated: the newest words first, what they quoted themselves as far as there is room. */
export type QuoteBounds = { text: number; html: number };

/** An answer repeats less than a forward, which is about nothing else. */
const REPLY_BOUNDS: QuoteBounds = { text: 20_000, html: 60_000 };

/** Quotes within quotes that are repeated; what is older the recipient has in their own mails. */
const MAX_DEPTH = 4;

export type QuotedMail = {
  /** Its own words. */
  text: string;
  /** What it quoted itself. */
  quotedText?: string | undefined;
  html?: string | undefined;
};

type Attributed = QuotedMail & { name: string; address?: string | undefined; at: number };

const WROTE: Record<CustomerLanguage, (date: string, time: string, who: string) => string> = {
  de: (date, time, who) => `Am ${date} um ${time} schrieb ${who}:`,
  en: (date, time, who) => `On ${date} at ${time}, ${who} wrote:`,
  nl: (date, time, who) => `Op ${date} om ${time} schreef ${who}:`,
};

const LOCALES: Record<CustomerLanguage, string> = { de: "de", en: "en-GB", nl: "nl" };

/** "On 3 March 2026 at 14:05, Max Muster <max@example.org> wrote:" */
export function attribution(
  { name, address, at }: Pick<Attributed, "name" | "address" | "at">,
  { language, timezone }: { language: CustomerLanguage; timezone: string },
): string {
  const said = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(LOCALES[language], { ...options, timeZone: timezone }).format(at);
  const who = [name.replace(/\s+/g, " ").trim(), address === undefined ? "" : `<${address}>`];
  const date = said({ dateStyle: "long" });
  const time = said({ timeStyle: "short", hourCycle: "h23" });
  return WROTE[language](date, time, who.filter((part) => part !== "").join(" "));
}

/** The mail that is answered, as plain text with "> " and as HTML, each below who wrote it when. */
export function replyQuote(
  mail: Attributed,
  reader: { language: CustomerLanguage; timezone: string },
): { text: string; html: string } {
  const line = attribution(mail, reader);
  const { text, html } = quotedBody(mail, REPLY_BOUNDS);
  const lines = text.split("\n").map((each) => (each.startsWith(">") ? `>${each}` : `> ${each}`.trimEnd()));
  return {
    text: [line, ...lines].join("\n"),
    html: `<div class="gmail_quote"><p>${escapeHtml(line)}</p><blockquote type="cite">${html}</blockquote></div>`,
  };
}

/** What is repeated of a mail, in both forms and within bounds: simple HTML, its pictures and styles left out. */
export function quotedBody(mail: QuotedMail, bounds: QuoteBounds): { text: string; html: string } {
  const older = mail.quotedText?.trim() ?? "";
  const own = cut(mail.text.trim(), bounds.text);
  const room = bounds.text - own.length;
  const text = [own, room <= 0 ? "" : cut(older, room)].filter((part) => part !== "").join("\n\n");
  return { text, html: quotedHtml(mail.html, bounds.html) ?? htmlOfText(text) };
}

function quotedHtml(source: string | undefined, max: number): string | null {
  // Beyond that even reading it would take too long.
  if (source === undefined || source.length > 10 * max) return null;
  const html = htmlWithBreaks(source);
  for (let depth = MAX_DEPTH; depth >= 0; depth--) {
    const kept = withQuotesTo(html, depth);
    if (kept.length <= max) return kept;
  }
  return null;
}

/** Balanced HTML with its quotes down to that depth. */
function withQuotesTo(html: string, depth: number): string {
  let open = 0;
  return html
    .split(/(<\/?blockquote>)/)
    .filter((part) => {
      if (part === "<blockquote>") return ++open <= depth;
      if (part === "</blockquote>") return open-- <= depth;
      return open <= depth;
    })
    .join("");
}

/** The text up to the last whole line that fits. */
function cut(text: string, max: number): string {
  if (text.length <= max) return text;
  const short = text.slice(0, max);
  const end = short.lastIndexOf("\n");
  return `${(end > 0 ? short.slice(0, end) : short).trimEnd()}\n[…]`;
}
