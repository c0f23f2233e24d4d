import type { Purpose } from "../../lib/closedSets";
import { allBlocks, blocksIn, type TextLook, type WrittenBlock, type WrittenInline } from "../documents/blocks";
import { contrastOf, MIN_CONTRAST } from "../documents/contrast";
import { KNOWN_LISTS, KNOWN_VARIABLES, LIST_VARIABLES } from "../documents/known";
import { readDocument } from "../documents/read";
import type { TemplateVariable } from "../schema";
import { variablesIn } from "../variables";
import { finding, type Finding } from "./findings";
import { linkFindings, type WrittenLink } from "./links";

// The check before a text goes out. Pure: the page runs it while somebody types.

/** Gmail on a desktop shows about so many characters of a subject; phones half of them. */
const MAX_SUBJECT_CHARS = 70;
/** Gmail cuts a mail behind 102 KB of HTML and hides the rest, the way out included. */
const MAX_HTML_BYTES = 102 * 1_024;
/** Beyond a megabyte a mail is slow to show over a phone's network. */
const MAX_IMAGES_BYTES = 1_024 * 1_024;
/** More parts cost more than a mail and arrive in pieces. */
const MAX_SMS_SEGMENTS = 3;
const KILOBYTE = 1_024;
const EXCERPT_CHARS = 40;
/** The mail's card (emails/theme.ts). */
const PAPER = "#ffffff";

export type Preflight = {
  channel: "email" | "sms" | "whatsapp" | "other";
  /** Absent where the text may be used for any. */
  purpose?: Purpose | undefined;
  subject: string;
  body: string;
  /** Tiptap JSON text. */
  document?: string | undefined;
  variables: readonly TemplateVariable[];
  /** Names of values the workspace has beside the known ones. */
  ownVariables?: readonly string[];
  /** As it would be sent, where that is known. */
  rendered?: { html?: string | undefined; text: string };
  imagesBytes?: number;
  smsSegments?: number;
};

/** Everything that should be mended, errors first. */
export function preflight(text: Preflight): Finding[] {
  const read = text.document === undefined ? null : readDocument(text.document);
  if (read?.ok === false) return [finding("unreadable", read.problem)];
  const blocks = read?.blocks ?? [];
  const all = [
    ...subjectFindings(text),
    ...(read === null && text.body.trim() === "" ? [finding("no_text")] : []),
    ...(read !== null && !hasWords(blocks) ? [finding("no_text")] : []),
    ...(read === null ? linksInText(text.body) : linksIn(blocks)).flatMap(linkFindings),
    ...valueFindings(text, blocks),
    ...scopeFindings(blocks, []),
    ...lookFindings(blocks, PAPER),
    ...sentFindings(text),
  ];
  const once = all.filter((one, index) => all.findIndex((each) => isSame(each, one)) === index);
  return [
    ...once.filter(({ severity }) => severity === "error"),
    ...once.filter(({ severity }) => severity !== "error"),
  ];
}

function isSame(one: Finding, other: Finding): boolean {
  return one.code === other.code && one.where === other.where;
}

function subjectFindings({ channel, subject }: Preflight): Finding[] {
  if (channel !== "email") return [];
  if (subject.trim() === "") return [finding("no_subject")];
  const { length } = Array.from(subject.trim());
  return length > MAX_SUBJECT_CHARS ? [finding("long_subject", subject.trim(), length)] : [];
}

function hasWords(blocks: readonly WrittenBlock[]): boolean {
  return allBlocks(blocks).some((block) => block.kind === "image" || wordsOf(inlinesOf(block)).trim() !== "");
}

function inlinesOf(block: WrittenBlock): WrittenInline[] {
  return "inlines" in block ? block.inlines : [];
}

function wordsOf(inlines: readonly WrittenInline[]): string {
  return inlines
    .map((inline) => (inline.kind === "break" ? " " : inline.kind === "text" ? inline.text : `{{${inline.name}}}`))
    .join("");
}

function linksInText(body: string): WrittenLink[] {
  return Array.from(body.matchAll(/https?:\/\/[^\s<>"]*[^\s<>".,;:!?')\]]/g), ([url]) => ({ url, text: url }));
}

function linksIn(blocks: readonly WrittenBlock[]): WrittenLink[] {
  return allBlocks(blocks).flatMap((block) => {
    const runs = inlinesOf(block).flatMap((inline) =>
      inline.kind === "text" && inline.look.url !== undefined ? [{ url: inline.look.url, text: inline.text }] : [],
    );
    if (block.kind === "button") return [{ url: block.url, text: wordsOf(block.inlines) }];
    if (block.kind === "image" && block.url !== undefined) return [{ url: block.url, text: block.alt }];
    return block.kind === "image" && "src" in block.source
      ? [{ url: block.source.src, text: block.alt }, ...runs]
      : runs;
  });
}

/** Names nothing fills in, and those that may be missing without anything in their place. */
function valueFindings({ subject, body, document, variables, ownVariables = [] }: Preflight, blocks: WrittenBlock[]) {
  const chips = allBlocks(blocks).flatMap((block) =>
    inlinesOf(block).flatMap((inline) => (inline.kind === "variable" ? [inline] : [])),
  );
  const typed = variablesIn(
    document === undefined ? `${subject}\n${body}` : [subject, ...addressesIn(blocks)].join("\n"),
  );
  const written = [...typed.map((name) => ({ name, fallback: "" })), ...chips];
  return written.flatMap(({ name, fallback }) => {
    const known = KNOWN_VARIABLES.find((variable) => variable.name === name);
    const isKnown = known !== undefined || LIST_VARIABLES.includes(name) || ownVariables.includes(name);
    if (!isKnown) return [finding("unknown_variable", name)];
    const declared = variables.find((variable) => variable.name === name)?.fallback ?? "";
    const isCovered = known?.isAlwaysKnown === true || fallback.trim() !== "" || declared.trim() !== "";
    return isCovered || LIST_VARIABLES.includes(name) ? [] : [finding("no_fallback", name)];
  });
}

function addressesIn(blocks: readonly WrittenBlock[]): string[] {
  return linksIn(blocks).map(({ url }) => url);
}

/** Entries of a list outside the repeat that goes through it, and repeats through nothing. */
function scopeFindings(blocks: readonly WrittenBlock[], open: readonly string[]): Finding[] {
  return blocks.flatMap((block) => {
    const names = inlinesOf(block).flatMap((inline) => (inline.kind === "variable" ? [inline.name] : []));
    if (block.kind === "showIf") names.push(block.condition.variable);
    const lost = names.filter((name) => LIST_VARIABLES.includes(name) && !open.includes(name.split(".")[0] ?? ""));
    const isListKnown = block.kind !== "repeat" || KNOWN_LISTS.some(({ name }) => name === block.list);
    const inside = block.kind === "repeat" ? [...open, block.list] : open;
    return [
      ...lost.map((name) => finding("entry_outside", name)),
      ...(block.kind === "repeat" && !isListKnown ? [finding("no_list", block.list)] : []),
      ...scopeFindings(blocksIn(block), inside),
    ];
  });
}

/** Pictures without words for those who do not see them, and text that is hard to read on what is behind it. */
function lookFindings(blocks: readonly WrittenBlock[], behind: string): Finding[] {
  return blocks.flatMap((block) => {
    const own = block.kind === "section" ? (block.background ?? behind) : behind;
    const image = block.kind === "image" && block.alt.trim() === "" ? [finding("no_alt")] : [];
    const runs = inlinesOf(block).flatMap((inline) =>
      inline.kind === "break" ? [] : contrastFindings(wordsOf([inline]), inline.look, behind),
    );
    return [...image, ...runs, ...lookFindings(blocksIn(block), own)];
  });
}

function contrastFindings(words: string, { color }: TextLook, behind: string): Finding[] {
  if (color === undefined || words.trim() === "") return [];
  const ratio = contrastOf(color, behind);
  if (ratio >= MIN_CONTRAST) return [];
  // Rounded down: 4.49 must not be told as 4.5.
  return [finding("low_contrast", words.trim().slice(0, EXCERPT_CHARS), Math.floor(ratio * 10) / 10)];
}

/** What only shows in the finished message: its weight, and the way out that marketing needs. */
function sentFindings({ channel, purpose, rendered, imagesBytes = 0, smsSegments = 0 }: Preflight): Finding[] {
  const html = rendered?.html;
  const bytes = html === undefined ? 0 : new TextEncoder().encode(html).length;
  const lacksWayOut = channel === "email" && purpose === "marketing" && html !== undefined && !/\/u\//.test(html);
  return [
    ...(lacksWayOut ? [finding("no_unsubscribe")] : []),
    ...(bytes > MAX_HTML_BYTES ? [finding("heavy_html", "", Math.ceil(bytes / KILOBYTE))] : []),
    ...(imagesBytes > MAX_IMAGES_BYTES ? [finding("heavy_images", "", Math.ceil(imagesBytes / KILOBYTE))] : []),
    ...(smsSegments > MAX_SMS_SEGMENTS ? [finding("many_segments", "", smsSegments)] : []),
  ];
}
