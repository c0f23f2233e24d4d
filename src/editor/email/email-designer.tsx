import { EditorContent, EditorContext, useEditor, type AnyExtension, type Editor } from "@tiptap/react";
import { useEffect, useMemo, useRef } from "react";
import { useTranslation } from "react-i18next";
import { cx } from "../../components/ui/classes";
import { parseDoc } from "../doc-text";
import "./designer.css";
import { designerExtensions } from "./extensions";
import { useImageNode } from "./image-node";
import { Inspector } from "./inspector";
import { SlashMenu } from "./slash-menu";
import { ToolBar } from "./tool-bar";
import { useImageUpload } from "./use-image-upload";
import { choicesOf } from "./variables";

export type EmailDesignerProps = {
  label: string;
  /** Tiptap JSON text. Another one than `onChange` told last replaces the content. */
  value: string | null;
  /** Called with the whole document after each change, but while a picture is on its way. */
  onChange?: (document: string) => void;
  /** Names of values beside the known ones (convex/templates/documents/known.ts). */
  variables?: readonly string[];
  isReadOnly?: boolean;
  /** What keeps the document the same on other screens. Never another one while the designer lives. */
  sync?: AnyExtension;
  /** The editor, for who inserts text from outside. Null when it goes. */
  onEditor?: (editor: Editor | null) => void;
};

const NO_NAMES: readonly string[] = [];

/** Writes an e-mail as a document: text, blocks, values as chips, conditions, repeats (product.md D-50 to D-53). */
export function EmailDesigner(props: EmailDesignerProps) {
  const { label, value, variables = NO_NAMES, isReadOnly = false, sync, onEditor } = props;
  const { t } = useTranslation();
  const image = useImageNode(useImageUpload());
  const latest = useRef(props);
  useEffect(() => {
    latest.current = props;
  });
  const told = useRef(value);
  const editor = useEditor({
    injectCSS: false,
    extensions: [
      ...designerExtensions({ placeholder: t("designer.placeholder"), own: variables, image }),
      ...(sync === undefined ? [] : [sync]),
    ],
    content: value === null ? null : parseDoc(value),
    editable: !isReadOnly,
    editorProps: {
      attributes: {
        role: "textbox",
        "aria-multiline": "true",
        "aria-label": label,
        class: "tiptap email-canvas min-h-64 px-4 py-3",
      },
    },
    onUpdate: ({ editor: current }) => {
      const document = JSON.stringify(current.getJSON());
      if (document.includes('"src":"blob:')) return;
      told.current = document;
      latest.current.onChange?.(document);
    },
  });
  useEffect(() => {
    editor.setEditable(!isReadOnly, false);
  }, [editor, isReadOnly]);
  useEffect(() => {
    if (value === told.current) return;
    told.current = value;
    editor.commands.setContent(value === null ? null : parseDoc(value), { emitUpdate: false });
  }, [editor, value]);
  useEffect(() => {
    onEditor?.(editor.isDestroyed ? null : editor);
    return () => onEditor?.(null);
  }, [editor, onEditor]);
  const choices = useMemo(() => choicesOf(t, variables), [t, variables]);
  const context = useMemo(() => ({ editor }), [editor]);
  return (
    <EditorContext.Provider value={context}>
      <div className={cx("rounded-lg border border-line bg-surface", isReadOnly && "bg-canvas")}>
        {!isReadOnly && (
          <>
            <ToolBar editor={editor} choices={choices} />
            <Inspector editor={editor} choices={choices} />
            <SlashMenu choices={choices} />
          </>
        )}
        <EditorContent editor={editor} className="max-h-[70vh] overflow-y-auto" />
      </div>
    </EditorContext.Provider>
  );
}
