import { EditorContent, useEditor, useEditorState, type AnyExtension, type Editor } from "@tiptap/react";
import StarterKit from "@tiptap/starter-kit";
import { Bold, Italic, Link as LinkIcon, List, ListOrdered } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { IconButton } from "../components/ui/button";
import { cx } from "../components/ui/classes";
import { type DocNode, docText } from "./doc-text";
import { GapMarks } from "./gap-marks";
import { InlinePicture, PictureUrls } from "./inline-picture";
import { LinkDialog } from "./link-dialog";

export type Written = { doc: DocNode; text: string; html: string };

type RichEditorProps = {
  label: string;
  placeholder: string;
  /** Read once: the editor owns its content afterwards. */
  initial: DocNode | null;
  /** What keeps the text the same on other screens. Never another one while the editor lives. */
  sync?: AnyExtension | undefined;
  /** SMS and WhatsApp take plain text: no marks, no lists. */
  isPlain: boolean;
  /** Called once when there was a draft. */
  onRestore: (written: Written) => void;
  onChange: (written: Written) => void;
  /** ⌘Enter; with Shift it also closes the conversation. */
  onSubmit: (options: { close: boolean }) => void;
  onEditor: (editor: Editor | null) => void;
  /** Files that are pasted or dropped into the text. */
  onFiles?: ((files: File[]) => void) | undefined;
  /** Where the pictures of the text lie, by the ids of their files. */
  pictures?: ReadonlyMap<string, string> | undefined;
  className?: string;
};

const RICH = StarterKit.configure({
  heading: false,
  codeBlock: false,
  horizontalRule: false,
  link: { openOnClick: false, autolink: true, defaultProtocol: "https" },
});
const PLAIN = StarterKit.configure({
  heading: false,
  codeBlock: false,
  horizontalRule: false,
  blockquote: false,
  bold: false,
  italic: false,
  strike: false,
  underline: false,
  code: false,
  bulletList: false,
  orderedList: false,
  listItem: false,
  listKeymap: false,
  link: false,
});

const NO_PICTURES: ReadonlyMap<string, string> = new Map();

/** The text field of replies and notes. */
export function RichEditor(props: RichEditorProps) {
  const { label, placeholder, initial, isPlain, sync, onEditor, className } = props;
  const latest = useRef(props);
  useEffect(() => {
    latest.current = props;
  });
  const editor = useEditor({
    injectCSS: false,
    extensions: [...(isPlain ? [PLAIN] : [RICH, InlinePicture]), GapMarks, ...(sync === undefined ? [] : [sync])],
    content: initial,
    editorProps: {
      attributes: {
        role: "textbox",
        "aria-multiline": "true",
        "aria-label": label,
        class: "tiptap prose-message min-h-18 px-3 py-2 max-md:text-lg",
      },
      handleKeyDown: (view, event) => {
        if (event.key === "Escape") {
          view.dom.blur();
          return true;
        }
        if (event.key !== "Enter" || !(event.metaKey || event.ctrlKey)) return false;
        latest.current.onSubmit({ close: event.shiftKey });
        return true;
      },
      handlePaste: (_, event) => takeFiles(event.clipboardData, latest.current.onFiles),
      handleDrop: (_, event) => takeFiles(event.dataTransfer, latest.current.onFiles),
    },
    onCreate: ({ editor: current }) => {
      if (!current.isEmpty) latest.current.onRestore(writtenIn(current));
    },
    onUpdate: ({ editor: current }) => latest.current.onChange(writtenIn(current)),
  });
  useEffect(() => {
    // A slow first render outlives its editor: Tiptap ends it and brings the next one at once.
    onEditor(editor.isDestroyed ? null : editor);
    return () => onEditor(null);
  }, [editor, onEditor]);
  const isEmpty = useEditorState({ editor, selector: ({ editor: current }) => current.isEmpty });
  return (
    <div className={cx("relative", className)}>
      {isEmpty && (
        <p
          aria-hidden
          className="pointer-events-none absolute inset-x-4 top-2 truncate text-base leading-[21px] text-faint max-md:text-lg"
        >
          {placeholder}
        </p>
      )}
      <PictureUrls value={props.pictures ?? NO_PICTURES}>
        {/* As tall while its text is on the way: what stands above would move down and back. */}
        <EditorContent editor={editor} className="editor-room max-h-[32vh] min-h-18 overflow-y-auto" />
      </PictureUrls>
    </div>
  );
}

// Word processors put a picture of the text beside the text: then the text is what is meant.
function takeFiles(data: DataTransfer | null, onFiles: RichEditorProps["onFiles"]): boolean {
  const files = [...(data?.files ?? [])];
  if (data === null || onFiles === undefined || files.length === 0 || data.types.includes("text/plain")) return false;
  onFiles(files);
  return true;
}

/** The words of a field in every form. */
export function writtenIn(editor: Editor): Written {
  const doc = editor.getJSON() as DocNode;
  return { doc, text: docText(doc), html: editor.getHTML() };
}

/** Bold, italic, lists and links. Only for channels that carry them. */
export function FormatBar({ editor }: { editor: Editor }) {
  const { t } = useTranslation();
  const [isLinking, setIsLinking] = useState(false);
  const active = useEditorState({
    editor,
    selector: ({ editor: current }) => ({
      bold: current.isActive("bold"),
      italic: current.isActive("italic"),
      bulletList: current.isActive("bulletList"),
      orderedList: current.isActive("orderedList"),
      link: current.isActive("link"),
    }),
  });
  return (
    <div role="toolbar" aria-label={t("composer.formatting")} className="flex max-md:order-first max-md:w-full">
      <IconButton
        size="sm"
        label={t("composer.bold")}
        keys="mod+b"
        icon={<Bold size={14} />}
        isActive={active.bold}
        aria-pressed={active.bold}
        onPress={() => editor.chain().focus().toggleBold().run()}
      />
      <IconButton
        size="sm"
        label={t("composer.italic")}
        keys="mod+i"
        icon={<Italic size={14} />}
        isActive={active.italic}
        aria-pressed={active.italic}
        onPress={() => editor.chain().focus().toggleItalic().run()}
      />
      <IconButton
        size="sm"
        label={t("composer.list")}
        icon={<List size={14} />}
        isActive={active.bulletList}
        aria-pressed={active.bulletList}
        onPress={() => editor.chain().focus().toggleBulletList().run()}
      />
      <IconButton
        size="sm"
        label={t("composer.numbered")}
        icon={<ListOrdered size={14} />}
        isActive={active.orderedList}
        aria-pressed={active.orderedList}
        onPress={() => editor.chain().focus().toggleOrderedList().run()}
      />
      <IconButton
        size="sm"
        label={t("composer.link.title")}
        icon={<LinkIcon size={14} />}
        isActive={active.link}
        aria-pressed={active.link}
        onPress={() => setIsLinking(true)}
      />
      {isLinking && <LinkDialog editor={editor} onClose={() => setIsLinking(false)} />}
    </div>
  );
}
