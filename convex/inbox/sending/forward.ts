import { stripSubject } from "../../intake/email/subject";
import { escapeHtml } from "../simpleHtml";
import { quotedBody, type QuotedMail } from "./quote";

// What stands below the words of a forward. Pure.

/** Longer mails are quoted as far as this; their attachments go along whole. */
const BOUNDS = { text: 100_000, html: 100_000 };

export type Quoted = QuotedMail & {
  from: string;
  /** As it stands in the head of the quote. */
  date: string;
  subject: string;
  to: string;
};

/** "Fwd: …" without stacking marks. */
export function forwardSubject(subject: string): string {
  return `Fwd: ${stripSubject(subject)}`.trimEnd();
}

/** The mail that is passed on, as plain text and as simple HTML, each with who wrote it when to whom. */
export function forwardQuote(quoted: Quoted): { text: string; html: string } {
  const { from, date, subject, to } = quoted;
  const head = [
    ["From", from],
    ["Date", date],
    ["Subject", subject],
    ["To", to],
  ].filter(([, value]) => value !== "");
  const { text, html } = quotedBody(quoted, BOUNDS);
  const lines = head.map(([name, value]) => `${name}: ${value}`);
  const shown = head.map(([name = "", value = ""]) => `<b>${name}:</b> ${escapeHtml(value)}`).join("<br>");
  return {
    text: ["---------- Forwarded message ----------", ...lines, "", text].join("\n"),
    html: `<p>---------- Forwarded message ----------<br>${shown}</p><blockquote>${html}</blockquote>`,
  };
}
