import { fillVariables } from "../templates/variables";
import type { TemplateVariable } from "../templates/schema";
import { economicalText, splitSegments } from "./segments";

/** Meta takes 4096 characters; nobody reads more on a phone (providers.md 13.2). */
export const MAX_TEXT_MESSAGE_CHARS = 4_000;

const SUMMARY_CHARS = 120; // One line of the queue list at 1440 px.

type TextTemplate = { body: string; shortBody?: string; variables: readonly TemplateVariable[] };

/** The short form of a template for SMS and WhatsApp (product.md C-06): its own short body, else the body as text. */
export function shortText(template: TextTemplate, values: Record<string, string>): string {
  return simplified(fillVariables(template.shortBody ?? template.body, values, template.variables));
}

/** Finished text made fit for a channel without layout: no trailing spaces, no towers of blank lines, bounded length. */
export function simplified(text: string): string {
  const tidy = text
    .replace(/\r\n?/g, "\n")
    .replace(/[ \t]+$/gm, "")
    .replace(/\n{3,}/g, "\n\n")
    .trim();
  const chars = Array.from(tidy);
  return chars.length <= MAX_TEXT_MESSAGE_CHARS ? tidy : `${chars.slice(0, MAX_TEXT_MESSAGE_CHARS - 3).join("")}...`;
}

/**
 * A text for SMS that has at most so many parts, with typographic characters made plain where that saves one. `ending` is
 * what is said at the end in any case: when there is too much, the text before it is cut.
 */
export function shortened(text: string, maxSegments: number, ending = ""): string {
  const plain = economicalText(`${text}${ending}`);
  const parts = splitSegments(plain);
  if (parts.length <= maxSegments) return plain;
  // Three dots, not "…": that one character would turn the whole SMS into UCS-2 (providers.md 12).
  const closing = `...${ending}`;
  const kept = Array.from(parts.slice(0, maxSegments).join(""));
  return `${kept.slice(0, -closing.length).join("").trimEnd()}${closing}`;
}

/** What the queue shows of a message: the filled subject, else the start of the text. */
export function summaryOf(subject: string | undefined, text: string): string {
  const line = (subject ?? "").trim() || text.replace(/\s+/g, " ").trim();
  return line.length <= SUMMARY_CHARS ? line : `${line.slice(0, SUMMARY_CHARS - 1)}…`;
}
