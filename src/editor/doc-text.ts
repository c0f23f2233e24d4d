// Plain text of what was written in the editor: what SMS and WhatsApp send, and the text part of e-mail.

export type DocNode = {
  type?: string | undefined;
  text?: string | undefined;
  attrs?: Record<string, unknown> | undefined;
  marks?: { type: string; attrs?: Record<string, unknown> | undefined }[] | undefined;
  content?: DocNode[] | undefined;
};

/** Paragraphs are parted by an empty line, list entries keep their marks, links keep their address. */
export function docText(doc: DocNode): string {
  return blocks(doc.content ?? [])
    .join("\n\n")
    .trim();
}

function blocks(nodes: readonly DocNode[]): string[] {
  return nodes.map(block).filter((text) => text !== "");
}

function block(node: DocNode): string {
  const children = node.content ?? [];
  switch (node.type ?? "paragraph") {
    case "bulletList":
      return children.map((item) => listItem(item, "- ")).join("\n");
    case "orderedList":
      return children.map((item, index) => listItem(item, `${index + 1}. `)).join("\n");
    case "blockquote":
      return blocks(children)
        .join("\n\n")
        .split("\n")
        .map((line) => `> ${line}`)
        .join("\n");
    default:
      return children.map(inline).join("");
  }
}

function listItem(item: DocNode, mark: string): string {
  const indent = " ".repeat(mark.length);
  const lines = blocks(item.content ?? [])
    .join("\n")
    .split("\n");
  return lines.map((line, index) => (index === 0 ? mark : indent) + line).join("\n");
}

function inline(node: DocNode): string {
  if (node.type === "hardBreak") return "\n";
  if (node.type === "image") return `[${typeof node.attrs?.alt === "string" ? node.attrs.alt : ""}]`;
  const text = node.text ?? (node.content ?? []).map(inline).join("");
  const link = node.marks?.find(({ type }) => type === "link")?.attrs?.href;
  return typeof link === "string" && link !== text && link !== `mailto:${text}` ? `${text} (${link})` : text;
}

/** The files of the pictures between the words. */
export function picturesIn(doc: DocNode): Set<string> {
  const own = doc.type === "image" && typeof doc.attrs?.fileId === "string" ? [doc.attrs.fileId] : [];
  return new Set([...own, ...(doc.content ?? []).flatMap((node) => [...picturesIn(node)])]);
}

/** Reads a stored draft. Null when it is not one (older format, half-written): the editor then starts empty. */
export function parseDoc(text: string): DocNode | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && "type" in value && value.type === "doc"
      ? (value as DocNode)
      : null;
  } catch {
    return null;
  }
}
