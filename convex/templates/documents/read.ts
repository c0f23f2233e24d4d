import { isWritable } from "./addresses";
import {
  ALIGNMENTS,
  CONDITION_TESTS,
  type Alignment,
  type HeadingLevel,
  type ImageSource,
  type TextLook,
  type WrittenBlock,
  type WrittenInline,
} from "./blocks";

// Documents come from browsers: nothing in them is believed. What is not in the closed set of nodes is refused.

/** As Tiptap JSON text: far more than a mail of 100 KB of HTML needs. */
export const MAX_DOCUMENT_CHARS = 200_000;
const MAX_NODES = 2_000;
/** Columns in a section in a repeat in a condition, with lists in them, come to eight. */
const MAX_DEPTH = 12;
const MAX_NAME_CHARS = 60;
const MAX_VALUE_CHARS = 200;
const MAX_URL_CHARS = 2_000;
/** Pixels; mails are 600 wide, pictures for dense screens twice that. */
const MAX_IMAGE_WIDTH = 1_200;

const NAME = /^[\p{L}_][\p{L}\p{N}_.]*$/u;
const COLOR = /^#[0-9a-f]{6}$/i;
const FILE_SOURCE = /^file:([a-z0-9]+)$/i;

/** A document, or what is wrong with it in a sentence for whoever sent it. */
export type ReadDocument = { ok: true; blocks: WrittenBlock[] } | { ok: false; problem: string };

type Json = { [key: string]: unknown };

class Refused extends Error {}

/**
 * Reads a document (Tiptap JSON text, as the e-mail editor writes it). Refuses what is too large, nodes and marks outside
 * the closed set, names that are none, and addresses a mail must not link to.
 */
export function readDocument(text: string): ReadDocument {
  if (text.length > MAX_DOCUMENT_CHARS) return { ok: false, problem: "The document is too large." };
  try {
    const root = record(JSON.parse(text), "document");
    if (root.type !== "doc") throw new Refused("This is no document.");
    return { ok: true, blocks: new Reader().blocks(root, 0) };
  } catch (error) {
    if (error instanceof Refused) return { ok: false, problem: error.message };
    if (error instanceof SyntaxError) return { ok: false, problem: "The document cannot be read." };
    throw error;
  }
}

/** Reads the parts of one document, counting them. */
class Reader {
  private count = 0;

  blocks(parent: Json, depth: number): WrittenBlock[] {
    return this.children(parent, depth).map((node) => this.block(node, depth + 1));
  }

  private children(parent: Json, depth: number): Json[] {
    if (parent.content === undefined) return [];
    if (!Array.isArray(parent.content)) throw new Refused("The document cannot be read.");
    this.count += parent.content.length;
    if (this.count > MAX_NODES) throw new Refused("The document has too many parts.");
    if (depth > MAX_DEPTH) throw new Refused("The document is nested too deeply.");
    return parent.content.map((node: unknown) => record(node, "part"));
  }

  private block(node: Json, depth: number): WrittenBlock {
    const attrs = attrsOf(node);
    const align = alignmentOf(attrs);
    switch (node.type) {
      case "paragraph":
        return { kind: "paragraph", inlines: this.inlines(node, depth), align };
      case "heading":
        return { kind: "heading", level: levelOf(attrs.level), inlines: this.inlines(node, depth), align };
      case "button":
        return { kind: "button", inlines: this.inlines(node, depth), url: urlOf(attrs.href), align };
      case "image":
        return imageOf(attrs, align);
      case "horizontalRule":
        return { kind: "divider" };
      case "bulletList":
      case "orderedList":
        return { kind: "list", isOrdered: node.type === "orderedList", items: this.parts(node, depth, "listItem") };
      case "blockquote":
        return { kind: "quote", blocks: this.blocks(node, depth) };
      case "section": {
        const background = colorOf(attrs.background);
        return { kind: "section", blocks: this.blocks(node, depth), ...(background === null ? {} : { background }) };
      }
      case "twoColumns":
      case "threeColumns":
        return { kind: "columns", columns: this.parts(node, depth, "columnsColumn") };
      case "showIf":
        return { kind: "showIf", condition: conditionOf(attrs), blocks: this.blocks(node, depth) };
      case "repeat":
        return { kind: "repeat", list: nameOf(attrs.list), blocks: this.blocks(node, depth) };
      default:
        throw new Refused(`A document has no "${String(node.type).slice(0, MAX_NAME_CHARS)}".`);
    }
  }

  private parts(node: Json, depth: number, type: string): WrittenBlock[][] {
    return this.children(node, depth).map((part) => {
      if (part.type !== type) throw new Refused("The document cannot be read.");
      return this.blocks(part, depth + 1);
    });
  }

  private inlines(node: Json, depth: number): WrittenInline[] {
    return this.children(node, depth).map((part): WrittenInline => {
      if (part.type === "hardBreak") return { kind: "break" };
      const look = lookOf(part.marks);
      if (part.type === "text" && typeof part.text === "string") return { kind: "text", text: part.text, look };
      if (part.type !== "variable") throw new Refused(`A text has no "${String(part.type).slice(0, MAX_NAME_CHARS)}".`);
      const { name, fallback } = attrsOf(part);
      return { kind: "variable", name: nameOf(name), fallback: textOf(fallback), look };
    });
  }
}

function record(value: unknown, what: string): Json {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new Refused(`This is no ${what}.`);
  return value as Json;
}

function attrsOf(node: Json): Json {
  return node.attrs === undefined || node.attrs === null ? {} : record(node.attrs, "part");
}

function alignmentOf({ alignment, align }: Json): Alignment {
  return ALIGNMENTS.find((known) => known === (alignment ?? align)) ?? "left";
}

function levelOf(level: unknown): HeadingLevel {
  return level === 1 || level === 2 ? level : 3;
}

function nameOf(name: unknown): string {
  if (name === "" || name === null || name === undefined) return "";
  if (typeof name === "string" && name.length <= MAX_NAME_CHARS && NAME.test(name)) return name;
  throw new Refused("A variable has a name of letters, digits, dots and underscores.");
}

function textOf(text: unknown): string {
  return typeof text === "string" ? text.slice(0, MAX_VALUE_CHARS) : "";
}

function urlOf(url: unknown): string {
  if (typeof url !== "string") return "";
  if (url.length > MAX_URL_CHARS || !isWritable(url)) throw new Refused("An address in the document is not allowed.");
  return url.trim() === "#" ? "" : url.trim();
}

function colorOf(color: unknown): string | null {
  return typeof color === "string" && COLOR.test(color) ? color.toLowerCase() : null;
}

function conditionOf({ variable, test, value }: Json) {
  const known = CONDITION_TESTS.find((name) => name === test);
  if (known === undefined) throw new Refused("A condition asks something unknown.");
  return { variable: nameOf(variable), test: known, value: textOf(value) };
}

function imageOf(attrs: Json, align: Alignment): WrittenBlock {
  const width = Number.parseInt(String(attrs.width), 10);
  const url = urlOf(attrs.href);
  return {
    kind: "image",
    source: sourceOf(attrs.src),
    alt: textOf(attrs.alt),
    align,
    ...(width > 0 ? { width: Math.min(width, MAX_IMAGE_WIDTH) } : {}),
    ...(url === "" ? {} : { url }),
  };
}

function sourceOf(src: unknown): ImageSource {
  const fileId = FILE_SOURCE.exec(String(src))?.[1];
  if (fileId !== undefined) return { fileId };
  const address = urlOf(src);
  if (address === "" || /^https?:/i.test(address)) return { src: address };
  throw new Refused("A picture is a file, or lies on the web.");
}

function lookOf(marks: unknown): TextLook {
  const look: TextLook = {};
  for (const mark of Array.isArray(marks) ? marks.map((value: unknown) => record(value, "mark")) : []) {
    const attrs = attrsOf(mark);
    const url = mark.type === "link" ? urlOf(attrs.href) : "";
    const color = mark.type === "textColor" ? colorOf(attrs.color) : null;
    if (mark.type === "bold") look.isBold = true;
    else if (mark.type === "italic") look.isItalic = true;
    else if (mark.type === "underline") look.isUnderlined = true;
    else if (mark.type === "strike") look.isStruck = true;
    else if (mark.type === "code") look.isCode = true;
    else if (mark.type !== "link" && mark.type !== "textColor") throw new Refused("A text has an unknown look.");
    if (url !== "") look.url = url;
    if (color !== null) look.color = color;
  }
  return look;
}
