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

function contentOf(doc: string): unknown[] {
  const { content } = objectIn(doc);
  return Array.isArray(content) ? content : [];
}
