// What a person wrote now, apart from what they quoted. A Node file, because email-reply-parser imports Node's
// `module`; it exports no Convex function.
"use node";

import EmailReplyParser from "email-reply-parser";
import { quoteBoundary } from "./quoteBoundary";

/** Longer texts are cut at our own marks only: some of the library's patterns are slow without its native engine. */
const MAX_PARSED_CHARS = 40_000;

export type NewestReply = {
  /** What the person wrote now. */
  text: string;
  /** Quotation and signature below it; absent when nothing was cut. */
  quoted?: string;
};

/**
 * Splits a plain-text body into the newest reply and the rest. Nothing is ever lost: what cannot be told apart, and a
 * mail that is all quotation, comes back whole.
 */
export function newestReply(body: string): NewestReply {
  // Long runs of blank lines mean nothing and make the library's patterns quadratic.
  const whole = body
    .replace(/\r\n?/g, "\n")
    .replace(/\u00a0/g, " ")
    .replace(/\n(?:[ \t]*\n){2,}/g, "\n\n")
    .trim();
  const lines = whole.split("\n");
  const boundary = quoteBoundary(lines);
  const above = (boundary === null ? whole : lines.slice(0, boundary).join("\n")).replace(/[\s_]+$/, "");
  const visible = above.length > MAX_PARSED_CHARS ? above : new EmailReplyParser().read(above).getVisibleText().trim();
  const text = visible === "" ? above : visible;
  if (text === "" || text === whole) return { text: whole };
  return { text, quoted: whole.startsWith(text) ? whole.slice(text.length).trim() : whole };
}
