import { allBlocks, type EmailBlock, type Inline, type WrittenBlock, type WrittenInline } from "./blocks";

// Documents as plain text: the text part of a mail, the body beside a document, what a template is found by.

/** What is sent, as paragraphs of plain text: lists keep their marks, links and buttons their address. */
export function textOfBlocks(blocks: readonly EmailBlock[]): string[] {
  return blocks.map(textOfBlock).filter((text) => text !== "");
}

/**
 * A document as a body with `{{name}}` for its chips: what stands in lists of templates and goes to channels that know no
 * documents. What a condition shows is in it, a repeat once.
 */
export function bodyOfDocument(blocks: readonly WrittenBlock[]): string {
  return blocks
    .map(bodyOfBlock)
    .filter((text) => text !== "")
    .join("\n\n");
}

/** The chips of a document by name, each once, with the first fallback one of them has. */
export function chipsOf(blocks: readonly WrittenBlock[]): { name: string; fallback: string }[] {
  const fallbacks = new Map<string, string>();
  for (const block of allBlocks(blocks)) {
    for (const inline of "inlines" in block ? block.inlines : []) {
      if (inline.kind === "variable" && inline.name !== "" && !fallbacks.get(inline.name)) {
        fallbacks.set(inline.name, inline.fallback);
      }
    }
  }
  return Array.from(fallbacks, ([name, fallback]) => ({ name, fallback }));
}

function textOfBlock(block: EmailBlock): string {
  switch (block.kind) {
    case "paragraph":
    case "heading":
      return textOfInlines(block.inlines);
    case "button":
      return `${textOfInlines(block.inlines)}:\n${block.url}`;
    case "image":
      return block.url === undefined ? block.alt : [block.alt, block.url].filter((text) => text !== "").join(":\n");
    case "divider":
      return "---";
    case "list":
      return listed(
        block.items.map((item) => textOfBlocks(item).join("\n")),
        block.isOrdered,
      );
    case "quote":
      return textOfBlocks(block.blocks).join("\n\n").replace(/^/gm, "> ");
    case "section":
      return textOfBlocks(block.blocks).join("\n\n");
    case "columns":
      return block.columns
        .map((column) => textOfBlocks(column).join("\n\n"))
        .filter((text) => text !== "")
        .join("\n\n");
  }
}

function bodyOfBlock(block: WrittenBlock): string {
  switch (block.kind) {
    case "paragraph":
    case "heading":
      return textOfInlines(block.inlines);
    case "button": {
      const text = textOfInlines(block.inlines);
      return block.url === "" || text === "" ? text : `${text}:\n${block.url}`;
    }
    case "image":
      return block.alt;
    case "divider":
      return "---";
    case "list":
      return listed(
        block.items.map((item) => bodyOfDocument(item)),
        block.isOrdered,
      );
    case "quote":
      return bodyOfDocument(block.blocks).replace(/^/gm, "> ");
    case "columns":
      return bodyOfDocument(block.columns.flat());
    case "section":
    case "showIf":
    case "repeat":
      return bodyOfDocument(block.blocks);
  }
}

function listed(items: readonly string[], isOrdered: boolean): string {
  return items
    .map((item, index) => {
      const mark = isOrdered ? `${index + 1}. ` : "- ";
      return mark + item.replace(/\n+/g, `\n${" ".repeat(mark.length)}`);
    })
    .join("\n");
}

function textOfInlines(inlines: readonly (Inline | WrittenInline)[]): string {
  return inlines
    .map((inline) => {
      if (inline.kind === "break") return "\n";
      if (inline.kind === "variable") return `{{${inline.name}}}`;
      const { url } = inline.look;
      const isSaid = url === undefined || url === inline.text || url === `mailto:${inline.text}`;
      return isSaid ? inline.text : `${inline.text} (${url})`;
    })
    .join("")
    .trim();
}
