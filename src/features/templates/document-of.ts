import type { TemplateText } from "../../lib/api-types";

const PARTS = /\{\{\s*([\p{L}_][\p{L}\p{N}_.]*)\s*\}\}/gu;

type Node = { type: string; text?: string; attrs?: Record<string, string>; content?: Node[] };

/** A plain body as a document for the designer (Tiptap JSON text): paragraphs, line breaks, a chip for each value. */
export function documentOf({ body, variables }: Pick<TemplateText, "body" | "variables">): string {
  const paragraphs = body
    .split(/\n[ \t]*\n+/)
    .map((text) => text.trim())
    .filter((text) => text !== "");
  const content = (paragraphs.length === 0 ? [""] : paragraphs).map((text): Node => {
    const lines = text.split("\n").map((line) => inlinesOf(line, variables));
    const inlines = lines.flatMap((line, index): Node[] => (index === 0 ? line : [{ type: "hardBreak" }, ...line]));
    return { type: "paragraph", ...(inlines.length === 0 ? {} : { content: inlines }) };
  });
  return JSON.stringify({ type: "doc", content });
}

// A pattern with one group: every second part is a name.
function inlinesOf(line: string, variables: TemplateText["variables"]): Node[] {
  return line.split(PARTS).flatMap((part, index): Node[] => {
    if (index % 2 === 0) return part === "" ? [] : [{ type: "text", text: part }];
    const fallback = variables.find(({ name }) => name === part)?.fallback ?? "";
    return [{ type: "variable", attrs: { name: part, fallback } }];
  });
}
