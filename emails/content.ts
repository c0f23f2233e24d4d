import type { EmailBlock } from "../convex/templates/documents/blocks";
import { luminanceOf } from "../convex/templates/documents/contrast";

/** How an organisation appears in its mails. */
export type EmailBrand = {
  name: string;
  /** A picture shown instead of the name; the name stands in for it where pictures are off. */
  logoUrl?: string;
  /** "#1f6feb"; anything else falls back to the default. */
  accentColor?: string;
  tagline?: string;
  websiteUrl?: string;
  /** Lines of the legal footer. */
  imprint: readonly string[];
};

/** What a mail says. Plain text throughout: the components escape it; unsafe URLs are left out. */
export type EmailContent = {
  brand: EmailBrand;
  /** BCP 47; decides the words of the frame. */
  locale: string;
  subject: string;
  /** Text beside the subject in the list of mails; the first paragraph when absent. */
  preview?: string;
  paragraphs: readonly string[];
  /** The same as a document: set instead of the paragraphs, which remain what the text part says. */
  blocks?: readonly EmailBlock[];
  /** Label and value, e.g. "Beginn" / "Samstag, 9. Mai 2026, 10:00 Uhr". */
  facts?: readonly { label: string; value: string }[];
  action?: { label: string; url: string };
  /** An agent's reply: the name under it. */
  signature?: string;
  /** An agent's reply: what it answers. */
  quote?: { author: string; text: string };
  unsubscribeUrl?: string;
  /** Where the person chooses what to receive. */
  preferencesUrl?: string;
};

const ACCENT_DEFAULT = "#0f5c7a";

/** Paragraphs of a plain text: blank lines part them, single line breaks stay inside. */
export function paragraphsOf(text: string): string[] {
  return text
    .replace(/\r\n?/g, "\n")
    .split(/\n[ \t]*\n+/)
    .map((paragraph) => paragraph.trim())
    .filter((paragraph) => paragraph !== "");
}

/** The URL when a mail may link to it, else null. Keeps `javascript:` and the like out of every link. */
export function safeUrl(url: string | undefined): string | null {
  if (url === undefined || !URL.canParse(url)) return null;
  return /^https?:$/.test(new URL(url).protocol) ? url : null;
}

/** The brand's accent colour, and the text colour that can be read on it (WCAG relative luminance). */
export function accentOf(brand: EmailBrand): { accent: string; onAccent: string } {
  const accent = /^#[0-9a-f]{6}$/i.test(brand.accentColor ?? "") ? (brand.accentColor ?? "") : ACCENT_DEFAULT;
  return { accent, onAccent: readableOn(accent) };
}

/** The darker or the lighter text colour, whichever can be read on a background "#rrggbb" (WCAG relative luminance). */
export function readableOn(background: string): string {
  // Where white and near-black give the same contrast: (1.05 / (L + 0.05)) = ((L + 0.05) / 0.05).
  return luminanceOf(background) > 0.179 ? "#16191d" : "#ffffff";
}

/** A piece of text, or a link found in it. */
export type TextPart = { text: string; url: string | null };

/** Splits text at its http(s) addresses, so that they become links. Punctuation behind an address stays text. */
export function linkParts(text: string): TextPart[] {
  return text
    .split(/(https?:\/\/[^\s<>"]*[^\s<>".,;:!?')\]])/)
    .filter((part) => part !== "")
    .map((part) => ({ text: part, url: part.startsWith("http") ? safeUrl(part) : null }));
}
