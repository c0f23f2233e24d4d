import type { Editor } from "@tiptap/react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import type { Id } from "../../../convex/_generated/dataModel";
import { isInlinePicture } from "../../../convex/inbox/attachments/limits";
import { MAX_LOGO_BYTES } from "../../../convex/inbox/signatures/limits";
import { FileButton } from "../../components/ui/file-button";
import { toastError } from "../../components/ui/toast";
import { type DocNode, picturesIn } from "../../editor/doc-text";
import { FormatBar, RichEditor, type Written } from "../../editor/rich-editor";
import { describeError } from "../../lib/errors";
import { useOrgMutation } from "../../lib/org";

type Logo = { fileId: Id<"files">; url: string | null };

type SignatureEditorProps = {
  label: string;
  initial: DocNode;
  logos: readonly Logo[];
  onChange: (written: Written) => void;
  onSubmit: () => void;
};

/** Words with links, and one picture between them. */
export function SignatureEditor({ label, initial, logos, onChange, onSubmit }: SignatureEditorProps) {
  const { t } = useTranslation();
  const [editor, setEditor] = useState<Editor | null>(null);
  const [urls, setUrls] = useState<ReadonlyMap<string, string>>(
    () => new Map(logos.flatMap(({ fileId, url }) => (url === null ? [] : [[fileId, url] as const]))),
  );
  const upload = useLogoUpload();
  const add = async (files: readonly File[]) => {
    const [file] = files;
    if (file === undefined || editor === null) return;
    const isFitting = isInlinePicture({ contentType: file.type }) && file.size <= MAX_LOGO_BYTES;
    if (!isFitting) return toastError(t("signature.picture.refused", { kilobytes: MAX_LOGO_BYTES / 1_000 }));
    if (files.length > 1 || picturesIn(editor.getJSON() as DocNode).size > 0) {
      return toastError(t("signature.picture.one"));
    }
    const added = await upload(file);
    if (added === null || editor.isDestroyed) return;
    setUrls((known) => new Map([...known, [added.fileId, added.url ?? ""]]));
    editor
      .chain()
      .focus()
      .insertContent({ type: "image", attrs: { fileId: added.fileId, alt: file.name } })
      .run();
  };
  return (
    <div className="rounded-md border border-edge bg-surface focus-within:border-accent">
      <RichEditor
        label={label}
        placeholder={t("signature.placeholder")}
        initial={initial}
        isPlain={false}
        onRestore={onChange}
        onChange={onChange}
        onSubmit={onSubmit}
        onEditor={setEditor}
        onFiles={(files) => void add(files)}
        pictures={urls}
        className="[&_img]:max-h-24"
      />
      {editor !== null && (
        <div className="flex flex-wrap items-center gap-2 border-t border-line px-2 py-1">
          <FormatBar editor={editor} />
          <FileButton
            label={t("signature.picture.add")}
            accept="image/png,image/jpeg,image/gif,image/webp"
            variant="secondary"
            onFile={(file) => void add([file])}
          />
        </div>
      )}
    </div>
  );
}

/** Keeps a picture for a signature that is not saved yet; null, with a word on the screen, when that fails. */
function useLogoUpload(): (file: File) => Promise<Logo | null> {
  const { t } = useTranslation();
  const uploadUrl = useOrgMutation(api.inbox.attachments.mutations.uploadUrl);
  const attach = useOrgMutation(api.inbox.attachments.mutations.attach);
  return async (file) => {
    try {
      const answer = await fetch(await uploadUrl({}), {
        method: "POST",
        headers: { "Content-Type": file.type },
        body: file,
      });
      if (!answer.ok) throw new Error(`The storage answered ${answer.status}.`);
      const { storageId } = (await answer.json()) as { storageId: Id<"_storage"> };
      const attached = await attach({ storageId, name: file.name, channel: "email" });
      if (attached.kind === "attached") return attached.file;
      toastError(t("signature.picture.refused", { kilobytes: MAX_LOGO_BYTES / 1_000 }));
    } catch (thrown) {
      toastError(describeError(thrown, t));
    }
    return null;
  };
}
