import type { Editor } from "@tiptap/react";
import { useMemo, useState } from "react";
import { isInlinePicture } from "../../../convex/inbox/attachments/limits";
import { type DocNode, picturesIn } from "../../editor/doc-text";
import type { AttachedFile, useUploads } from "./use-uploads";

type Pictures = {
  editor: Editor | null;
  doc: DocNode;
  files: readonly AttachedFile[];
  uploads: ReturnType<typeof useUploads>;
};

/** The pictures between the words: files of the answer that are seen in it and not in the list below. */
export function usePictures({ editor, doc, files, uploads }: Pictures) {
  const now = useMemo(() => picturesIn(doc), [doc]);
  // One that was taken out may come back by undo: its file stays, unlisted, and does not go out.
  const [seen, setSeen] = useState<ReadonlySet<string>>(now);
  if ([...now].some((id) => !seen.has(id))) setSeen(new Set([...seen, ...now]));
  const urls = useMemo(
    () => new Map<string, string>(files.flatMap(({ fileId, url }) => (typeof url === "string" ? [[fileId, url]] : []))),
    [files],
  );
  const takesPictures = editor !== null && !editor.isDestroyed && editor.schema.nodes.image !== undefined;
  return {
    urls,
    others: files.filter(({ fileId }) => !seen.has(fileId)),
    /** What goes out: without the pictures that were taken out of the text. */
    sent: <Parts extends { files: readonly AttachedFile[] }>(parts: Parts): Parts => ({
      ...parts,
      files: parts.files.filter(({ fileId }) => now.has(fileId) || !seen.has(fileId)),
    }),
    /** Pasted or dropped into the text: pictures come to stand there, the rest goes along. */
    add: (list: readonly File[]) => {
      const isShown = ({ type }: File) => takesPictures && isInlinePicture({ contentType: type });
      const shown = list.filter(isShown);
      uploads.add(list.filter((file) => !isShown(file)));
      if (editor === null || shown.length === 0) return;
      uploads.add(shown, ({ fileId, name }) => {
        if (!editor.isDestroyed) editor.commands.insertContent({ type: "image", attrs: { fileId, alt: name } });
      });
    },
  };
}
