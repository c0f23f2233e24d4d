// What a template's document is made of (product.md D-51 to D-53), as it is written and as it is sent. Pure.

/** What is the same for a run of text. */
export type TextLook = {
  isBold?: true;
  isItalic?: true;
  isUnderlined?: true;
  isStruck?: true;
  isCode?: true;
  /** "#rrggbb" */
  color?: string;
  /** As written: may hold `{{name}}`. As sent: a whole, safe address. */
  url?: string;
};

/** Text that is sent. */
export type Inline = { kind: "text"; text: string; look: TextLook } | { kind: "break" };

/** Text as written: with chips for values. */
export type WrittenInline = Inline | { kind: "variable"; name: string; fallback: string; look: TextLook };

export const ALIGNMENTS = ["left", "center", "right"] as const;
export type Alignment = (typeof ALIGNMENTS)[number];

export type HeadingLevel = 1 | 2 | 3;

interface TextBlock<I> {
  kind: "paragraph";
  inlines: I[];
  align: Alignment;
}
interface HeadingBlock<I> {
  kind: "heading";
  level: HeadingLevel;
  inlines: I[];
  align: Alignment;
}
interface ButtonBlock<I> {
  kind: "button";
  inlines: I[];
  url: string;
  align: Alignment;
}
interface DividerBlock {
  kind: "divider";
}
interface ListBlock<B> {
  kind: "list";
  isOrdered: boolean;
  items: B[][];
}
interface QuoteBlock<B> {
  kind: "quote";
  blocks: B[];
}
interface SectionBlock<B> {
  kind: "section";
  blocks: B[];
  background?: string;
}
interface ColumnsBlock<B> {
  kind: "columns";
  columns: B[][];
}
type Leaf<I> = TextBlock<I> | HeadingBlock<I> | ButtonBlock<I> | DividerBlock;

type ImageLook = { alt: string; align: Alignment; width?: number; url?: string };

/** A block that is sent: every value in it, every address safe. */
export type EmailBlock =
  | Leaf<Inline>
  | ListBlock<EmailBlock>
  | QuoteBlock<EmailBlock>
  | SectionBlock<EmailBlock>
  | ColumnsBlock<EmailBlock>
  | ({ kind: "image"; src: string } & ImageLook);

export const CONDITION_TESTS = ["set", "unset", "equals", "differs"] as const;
export type ConditionTest = (typeof CONDITION_TESTS)[number];

/** When a block is shown: what a value must be. Capitals and spaces around do not matter. */
export type Condition = { variable: string; test: ConditionTest; value: string };

/** Where a picture lies: a file of ours, or on the web. */
export type ImageSource = { fileId: string } | { src: string };

/** A block as written. */
export type WrittenBlock =
  | Leaf<WrittenInline>
  | ListBlock<WrittenBlock>
  | QuoteBlock<WrittenBlock>
  | SectionBlock<WrittenBlock>
  | ColumnsBlock<WrittenBlock>
  | ({ kind: "image"; source: ImageSource } & ImageLook)
  | { kind: "showIf"; condition: Condition; blocks: WrittenBlock[] }
  /** Once for each entry of a list; in it `list.name` is the entry's own. */
  | { kind: "repeat"; list: string; blocks: WrittenBlock[] };

/** The blocks right inside a block, whatever holds them. */
export function blocksIn(block: WrittenBlock): WrittenBlock[] {
  if ("blocks" in block) return block.blocks;
  if (block.kind === "list") return block.items.flat();
  return block.kind === "columns" ? block.columns.flat() : [];
}

/** Every block of a document, outer before inner, in order. */
export function allBlocks(blocks: readonly WrittenBlock[]): WrittenBlock[] {
  return blocks.flatMap((block) => [block, ...allBlocks(blocksIn(block))]);
}
