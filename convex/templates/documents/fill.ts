import { fillVariables } from "../variables";
import { filledLink, safeLink } from "./addresses";
import type { Condition, EmailBlock, ImageSource, Inline, TextLook, WrittenBlock, WrittenInline } from "./blocks";

// A document with one person's values. Values are plain text by name; entries of a list are "list.0.name",
// "list.1.name" and so on. Nothing is escaped here: that belongs to whoever makes HTML of the result.

/** More entries than a mail can hold; a list never makes an endless one. */
const MAX_ENTRIES = 50;

type Values = Record<string, string | undefined>;

type Filling = {
  values: Values;
  /** Addresses of pictures by file; those that are gone are left out. */
  images: Record<string, string>;
  /** Fallbacks by name that stand beside the document, for chips without one of their own. */
  fallbacks: ReadonlyMap<string, string>;
  /** Lists that are being gone through, and at which entry. */
  entries: ReadonlyMap<string, number>;
};

/**
 * The blocks that are sent to one person: chips replaced by their value, else their fallback, else nothing with the gap
 * closed; conditions decided; lists written out. Blocks with nothing in them, and buttons and pictures without a safe
 * address, are left out.
 */
export function fillDocument(
  blocks: readonly WrittenBlock[],
  values: Values,
  {
    images,
    variables = [],
  }: { images: Record<string, string>; variables?: readonly { name: string; fallback: string }[] },
): EmailBlock[] {
  const fallbacks = new Map(variables.map(({ name, fallback }) => [name, fallback]));
  return fill(blocks, { values, images, fallbacks, entries: new Map() });
}

/** How many entries a list has: "list.0.…", "list.1.…" up to the first that is missing. */
export function entriesOf(values: Values, list: string): number {
  const names = Object.keys(values);
  let count = 0;
  while (count < MAX_ENTRIES && names.some((name) => name.startsWith(`${list}.${count}.`))) count += 1;
  return count;
}

function fill(blocks: readonly WrittenBlock[], filling: Filling): EmailBlock[] {
  return blocks.flatMap((block) => fillBlock(block, filling));
}

function fillBlock(block: WrittenBlock, filling: Filling): EmailBlock[] {
  switch (block.kind) {
    case "paragraph":
    case "heading": {
      const inlines = fillInlines(block.inlines, filling);
      return inlines.length === 0 ? [] : [{ ...block, inlines }];
    }
    case "button": {
      const inlines = fillInlines(block.inlines, filling);
      const url = filledLink(block.url, (name) => valueOf(name, "", filling));
      return inlines.length === 0 || url === null ? [] : [{ ...block, inlines, url }];
    }
    case "image":
      return fillImage(block, filling);
    case "divider":
      return [block];
    case "list": {
      const items = block.items.map((item) => fill(item, filling)).filter((item) => item.length > 0);
      return items.length === 0 ? [] : [{ ...block, items }];
    }
    case "quote":
    case "section": {
      const inner = fill(block.blocks, filling);
      return inner.length === 0 ? [] : [{ ...block, blocks: inner }];
    }
    case "columns":
      return [{ ...block, columns: block.columns.map((column) => fill(column, filling)) }];
    case "showIf":
      return holds(block.condition, filling) ? fill(block.blocks, filling) : [];
    case "repeat":
      return repeated(block, filling);
  }
}

function repeated({ list, blocks }: Extract<WrittenBlock, { kind: "repeat" }>, filling: Filling): EmailBlock[] {
  if (list === "") return [];
  return Array.from({ length: entriesOf(filling.values, list) }, (_, index) =>
    fill(blocks, { ...filling, entries: new Map([...filling.entries, [list, index]]) }),
  ).flat();
}

function fillImage(block: Extract<WrittenBlock, { kind: "image" }>, filling: Filling): EmailBlock[] {
  const { source, url: written, ...rest } = block;
  const src = safeLink(addressOf(source, filling.images));
  if (src === null) return [];
  const url = written === undefined ? null : filledLink(written, (name) => valueOf(name, "", filling));
  return [{ ...rest, src, ...(url === null ? {} : { url }) }];
}

function addressOf(source: ImageSource, images: Record<string, string>): string {
  if ("src" in source) return source.src;
  return Object.hasOwn(images, source.fileId) ? (images[source.fileId] ?? "") : "";
}

function valueOf(name: string, fallback: string, { values, entries, fallbacks }: Filling): string {
  const list = [...entries.keys()].find((known) => name.startsWith(`${known}.`));
  const key = list === undefined ? name : `${list}.${entries.get(list)}${name.slice(list.length)}`;
  const value = Object.hasOwn(values, key) ? values[key]?.trim() : undefined;
  return value || fallback.trim() || fallbacks.get(name)?.trim() || "";
}

function holds({ variable, test, value }: Condition, filling: Filling): boolean {
  const known = valueOf(variable, "", { ...filling, fallbacks: new Map() }).toLocaleLowerCase();
  if (test === "set") return known !== "";
  if (test === "unset") return known === "";
  return (known === value.trim().toLocaleLowerCase()) === (test === "equals");
}

/** Stands where a chip had neither value nor fallback, until the text around it is tidied. */
type Gap = { kind: "gap" };

function fillInlines(written: readonly WrittenInline[], filling: Filling): Inline[] {
  const pieces = written.map((inline): Inline | Gap => {
    if (inline.kind === "break") return inline;
    const look = fillLook(inline.look, filling);
    if (inline.kind === "text") return { kind: "text", text: typedValues(inline.text, filling), look };
    const text = valueOf(inline.name, inline.fallback, filling);
    return text === "" ? { kind: "gap" } : { kind: "text", text, look };
  });
  const inlines = closeGaps(pieces);
  return inlines.some((inline) => inline.kind === "text" && inline.text.trim() !== "") ? inlines : [];
}

// Somebody may type {{name}} rather than choose it; braces are never printed (product.md B-11).
function typedValues(text: string, filling: Filling): string {
  if (!/[{}]/.test(text)) return text;
  const names = Array.from(text.matchAll(/\{\{\s*([^{}\s]+)\s*\}\}/g), (match) => match[1] ?? "");
  const values = Object.fromEntries(names.map((name) => [name, valueOf(name, "", filling)]));
  return fillVariables(text, values, []);
}

function fillLook({ url, ...look }: TextLook, filling: Filling): TextLook {
  const filled = url === undefined ? null : filledLink(url, (name) => valueOf(name, "", filling));
  return filled === null ? look : { ...look, url: filled };
}

/** The spaces and commas around a gap go with it, as in `fillVariables`: "Hallo ▢," becomes "Hallo,". */
function closeGaps(pieces: readonly (Inline | Gap)[]): Inline[] {
  const kept: Inline[] = [];
  let isAfterGap = false;
  const textBefore = () => {
    const last = kept.at(-1);
    return last?.kind === "text" ? last : null;
  };
  const trimBefore = () => {
    const before = textBefore();
    if (before !== null) kept[kept.length - 1] = { ...before, text: before.text.replace(/[ \t]+$/, "") };
  };
  for (const piece of pieces) {
    if (piece.kind === "gap") {
      isAfterGap = true;
      continue;
    }
    if (!isAfterGap) {
      kept.push(piece);
      continue;
    }
    isAfterGap = false;
    const before = textBefore()?.text ?? "";
    if (piece.kind === "break") {
      trimBefore();
      if (before !== "") kept.push(piece);
    } else if (before.trim() === "") kept.push({ ...piece, text: piece.text.replace(/^[ \t]*,?[ \t]*/, "") });
    else {
      if (/^[ \t]*[,.;:!?)\]]/.test(piece.text)) trimBefore();
      const isSpaced = /[ \t]$/.test(before) || /^[ \t]*[,.;:!?)\]]/.test(piece.text);
      kept.push({ ...piece, text: isSpaced ? piece.text.replace(/^[ \t]+/, "") : piece.text });
    }
  }
  if (isAfterGap) trimBefore();
  return kept.filter((piece) => piece.kind === "break" || piece.text !== "");
}
