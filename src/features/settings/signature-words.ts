import { type DocNode, docText } from "../../editor/doc-text";

// A signature as mails carry it. Its lines stand close together: they are one paragraph's.

/** Its words, a line for each paragraph; the picture has none. */
export function signatureText(doc: DocNode): string {
  const blocks = withoutPictures(doc).content ?? [];
  return blocks
    .map((block) => docText({ type: "doc", content: [block] }))
    .join("\n")
    .trim();
}

/** The editor's HTML with its paragraphs as lines of one. */
export function signatureHtml(html: string): string {
  return html.replaceAll("</p><p>", "<br>");
}

function withoutPictures(node: DocNode): DocNode {
  if (node.content === undefined) return node;
  return { ...node, content: node.content.filter(({ type }) => type !== "image").map(withoutPictures) };
}
