import { useEditorImage } from "@react-email/editor/plugins";
import { NodeViewWrapper, ReactNodeViewRenderer, type AnyExtension, type NodeViewProps } from "@tiptap/react";
import { ImageOff } from "lucide-react";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import { cx } from "../../components/ui/classes";
import { useOrgQuery } from "../../lib/org";

const FILE = "file:";

/** A picture. `uploadImage` answers the name a document has for it: "file:" and the file's id. */
export function useImageNode(uploadImage: (file: File) => Promise<{ url: string }>): AnyExtension {
  const plain = useEditorImage({ uploadImage });
  return useMemo(() => plain.extend({ addNodeView: () => ReactNodeViewRenderer(Picture) }), [plain]);
}

function Picture({ node, selected }: NodeViewProps) {
  const { t } = useTranslation();
  const { src, alt, width, alignment } = node.attrs as Record<"src" | "alt" | "width" | "alignment", string>;
  // While it is on its way it is known to this page alone; others have the same text.
  const isComing = src.startsWith("blob:");
  const fileId = src.startsWith(FILE) ? src.slice(FILE.length) : null;
  const image = useOrgQuery(api.templates.images.queries.get, fileId === null ? "skip" : { fileId });
  const url = isComing ? undefined : fileId === null ? src : image?.url;
  const align = alignment === "center" ? "mx-auto" : alignment === "right" ? "ml-auto" : "";
  return (
    <NodeViewWrapper data-drag-handle className="my-3">
      {url === undefined || url === "" ? (
        <div className="flex h-24 items-center justify-center gap-2 rounded-md bg-sunken text-xs text-muted">
          {(image === null || src === "") && (
            <>
              <ImageOff aria-hidden size={14} />
              {t("designer.image.gone")}
            </>
          )}
        </div>
      ) : (
        <img
          src={url}
          alt={alt}
          width={Number.parseInt(width, 10) || undefined}
          className={cx("block max-w-full rounded-sm", align, selected && "outline-2 outline-accent")}
        />
      )}
    </NodeViewWrapper>
  );
}
