import { mergeAttributes, Node, NodeViewWrapper, ReactNodeViewRenderer, type NodeViewProps } from "@tiptap/react";
import { ImageOff } from "lucide-react";
import { createContext, use } from "react";
import { cx } from "../components/ui/classes";

/** Where the pictures of a text lie, by the ids of their files. */
export const PictureUrls = createContext<ReadonlyMap<string, string>>(new Map());

/** A picture between the words of a mail. It goes along as a file and is named by that file's id. */
export const InlinePicture = Node.create({
  name: "image",
  group: "inline",
  inline: true,
  atom: true,
  draggable: true,
  addAttributes: () => ({ fileId: { default: "" }, alt: { default: "" } }),
  // What is pasted from elsewhere has no file here.
  parseHTML: () => [
    {
      tag: "img[data-file]",
      getAttrs: (element) => ({ fileId: element.dataset.file, alt: element.getAttribute("alt") ?? "" }),
    },
  ],
  renderHTML: ({ node, HTMLAttributes }) => {
    const { fileId, alt } = node.attrs as Record<"fileId" | "alt", string>;
    return ["img", mergeAttributes(HTMLAttributes, { src: `cid:${fileId}`, alt, "data-file": fileId })];
  },
  addNodeView: () => ReactNodeViewRenderer(Picture, { as: "span" }),
});

function Picture({ node, selected }: NodeViewProps) {
  const { fileId, alt } = node.attrs as Record<"fileId" | "alt", string>;
  const url = use(PictureUrls).get(fileId);
  return (
    <NodeViewWrapper as="span" data-drag-handle className="inline-block max-w-full align-bottom">
      {url === undefined ? (
        <ImageOff aria-label={alt} size={16} className="text-muted" />
      ) : (
        <img
          src={url}
          alt={alt}
          className={cx("inline-block max-h-64 max-w-full rounded-sm", selected && "outline-2 outline-accent")}
        />
      )}
    </NodeViewWrapper>
  );
}
