import { fillVariables } from "../templates/variables";
import type { TemplateVariable } from "../templates/schema";

/** A long SMS is ten parts at most: providers refuse more (providers.md 12). */
export const MAX_TEXT_MESSAGE_CHARS = 1530;

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
  // Three dots, not "…": that one character would turn the whole SMS into UCS-2 (providers.md 12).
  return chars.length <= MAX_TEXT_MESSAGE_CHARS ? tidy : `${chars.slice(0, MAX_TEXT_MESSAGE_CHARS - 3).join("")}...`;
}

/** What the queue shows of a message: the filled subject, else the start of the text. */
export function summaryOf(subject: string | undefined, text: string): string {
  const line = (subject ?? "").trim() || text.replace(/\s+/g, " ").trim();
  return line.length <= SUMMARY_CHARS ? line : `${line.slice(0, SUMMARY_CHARS - 1)}…`;
}
