import type { Editor } from "@tiptap/react";
import type { DocNode } from "./doc-text";

/** Nodes of plain text: blank lines part paragraphs, other line ends are breaks. */
export function nodesOfText(text: string): DocNode[] {
  return text
    .replace(/\r\n?/g, "\n")
    .trim()
    .split(/\n{2,}/)
    .map((paragraph) => ({ type: "paragraph", content: inlineOf(paragraph) }));
}

function inlineOf(paragraph: string): DocNode[] {
  return paragraph
    .split("\n")
    .flatMap((line, index) => [
      ...(index === 0 ? [] : [{ type: "hardBreak" }]),
      ...(line === "" ? [] : [{ type: "text", text: line }]),
    ]);
}

/** Puts a text where the cursor is; a single paragraph goes on in the line it stands in. */
export function insertText(editor: Editor, text: string): void {
  const nodes = nodesOfText(text);
  const [only] = nodes;
  const content = nodes.length === 1 && only !== undefined ? (only.content ?? []) : nodes;
  editor.chain().focus().insertContent(content).run();
}
