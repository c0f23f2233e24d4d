import { objectIn } from "../../lib/json";

/**
 * One Tiptap document (JSON text) of two: the words of `first`, then those of `second`. Texts that are no documents with
 * content add nothing, unless `first` is all there is.
 */
export function joinDocs(first: string, second: string | undefined): string {
  const tail = second === undefined ? [] : contentOf(second);
  if (tail.length === 0) return first;
  return JSON.stringify({ type: "doc", content: [...contentOf(first), ...tail] });
}

/** A Tiptap document of plain text (JSON text): a paragraph a line. */
export function docOfText(text: string): string {
  const content = text.split("\n").map((line) => ({
    type: "paragraph",
    ...(line === "" ? {} : { content: [{ type: "text", text: line }] }),
  }));
  return JSON.stringify({ type: "doc", content });
}

/** Whether a Tiptap document (JSON text) says anything: words, a picture, a name; blanks and empty lines do not. */
export function hasWords(doc: string): boolean {
  return contentOf(doc).some(says);
}

function says(node: unknown): boolean {
  if (typeof node !== "object" || node === null) return false;
  if ("text" in node) return typeof node.text === "string" && node.text.trim() !== "";
  if ("content" in node && Array.isArray(node.content)) return node.content.some(says);
  return "type" in node && node.type !== "paragraph" && node.type !== "hardBreak";
}

function contentOf(doc: string): unknown[] {
  const { content } = objectIn(doc);
  return Array.isArray(content) ? content : [];
}
