import { useEditorState, type Editor } from "@tiptap/react";
import {
  AlignCenter,
  AlignLeft,
  AlignRight,
  Baseline,
  Bold,
  Braces,
  Italic,
  Link as LinkIcon,
  Plus,
  Redo2,
  Strikethrough,
  Underline,
  Undo2,
} from "lucide-react";
import { useTranslation } from "react-i18next";
import { Button, IconButton } from "../../components/ui/button";
import { Menu } from "../../components/ui/menu";
import { BLOCKS, insertChip } from "./blocks";
import type { Choice } from "./variables";

const SIZE = 15;

const MARKS = [
  { name: "bold", icon: <Bold size={SIZE} />, keys: "mod+b" },
  { name: "italic", icon: <Italic size={SIZE} />, keys: "mod+i" },
  { name: "underline", icon: <Underline size={SIZE} />, keys: "mod+u" },
  { name: "strike", icon: <Strikethrough size={SIZE} /> },
] as const;

const ALIGNS = [
  { align: "left", icon: <AlignLeft size={SIZE} /> },
  { align: "center", icon: <AlignCenter size={SIZE} /> },
  { align: "right", icon: <AlignRight size={SIZE} /> },
] as const;

/** What can be done to the text, and what can be inserted. */
export function ToolBar({ editor, choices }: { editor: Editor; choices: readonly Choice[] }) {
  const { t } = useTranslation();
  const state = useEditorState({
    editor,
    selector: ({ editor: current }) => ({
      marks: MARKS.filter(({ name }) => current.isActive(name)).map(({ name }) => name),
      align: ALIGNS.find(({ align }) => current.isActive({ alignment: align }))?.align ?? "left",
      isLink: current.isActive("link"),
      isColored: current.isActive("textColor"),
      mayUndo: current.can().undo(),
      mayRedo: current.can().redo(),
    }),
  });
  return (
    <div
      role="toolbar"
      aria-label={t("designer.toolbar")}
      className="flex flex-wrap items-center gap-0.5 border-b border-line px-1.5 py-1"
    >
      <InsertMenus editor={editor} choices={choices} />
      <Gap />
      {MARKS.map(({ name, icon, ...rest }) => (
        <IconButton
          key={name}
          size="sm"
          label={t(`designer.mark.${name}`)}
          {...rest}
          icon={icon}
          isActive={state.marks.includes(name)}
          aria-pressed={state.marks.includes(name)}
          onPress={() => editor.chain().focus().toggleMark(name).run()}
        />
      ))}
      <IconButton
        size="sm"
        label={t("designer.mark.link")}
        icon={<LinkIcon size={SIZE} />}
        isActive={state.isLink}
        aria-pressed={state.isLink}
        onPress={() => toggleLink(editor)}
      />
      <IconButton
        size="sm"
        label={t("designer.mark.color")}
        icon={<Baseline size={SIZE} />}
        isActive={state.isColored}
        aria-pressed={state.isColored}
        onPress={() => toggleColor(editor)}
      />
      <Gap />
      {ALIGNS.map(({ align, icon }) => (
        <IconButton
          key={align}
          size="sm"
          label={t(`designer.align.${align}`)}
          icon={icon}
          isActive={state.align === align}
          aria-pressed={state.align === align}
          onPress={() => editor.chain().focus().setAlignment(align).run()}
        />
      ))}
      <Gap />
      <History editor={editor} mayUndo={state.mayUndo} mayRedo={state.mayRedo} />
    </div>
  );
}

type HistoryProps = { editor: Editor; mayUndo: boolean; mayRedo: boolean };

function History({ editor, mayUndo, mayRedo }: HistoryProps) {
  const { t } = useTranslation();
  return (
    <>
      <IconButton
        size="sm"
        label={t("designer.undo")}
        keys="mod+z"
        icon={<Undo2 size={SIZE} />}
        isDisabled={!mayUndo}
        onPress={() => editor.chain().focus().undo().run()}
      />
      <IconButton
        size="sm"
        label={t("designer.redo")}
        keys="mod+shift+z"
        icon={<Redo2 size={SIZE} />}
        isDisabled={!mayRedo}
        onPress={() => editor.chain().focus().redo().run()}
      />
    </>
  );
}

function InsertMenus({ editor, choices }: { editor: Editor; choices: readonly Choice[] }) {
  const { t } = useTranslation();
  return (
    <>
      <Menu
        label={t("designer.insert")}
        placement="bottom start"
        trigger={
          <Button size="sm" variant="quiet" icon={<Plus aria-hidden size={SIZE} />}>
            {t("designer.insert")}
          </Button>
        }
        groups={() => [
          {
            id: "blocks",
            items: BLOCKS.map(({ id, icon, insert }) => ({
              id,
              label: t(`designer.block.${id}`),
              icon,
              onAction: () => insert(editor),
            })),
          },
        ]}
      />
      <Menu
        label={t("designer.value")}
        placement="bottom start"
        trigger={
          <Button size="sm" variant="quiet" icon={<Braces aria-hidden size={SIZE} />}>
            {t("designer.value")}
          </Button>
        }
        groups={() => groupsOf(choices, (name) => insertChip(editor, name))}
      />
    </>
  );
}

function Gap() {
  return <span aria-hidden className="mx-1 h-5 w-px bg-line" />;
}

// A link over a choice of words begins without an address: the bar below asks for it.
function toggleLink(editor: Editor): void {
  if (editor.isActive("link")) editor.chain().focus().extendMarkRange("link").unsetLink().run();
  else if (!editor.state.selection.empty) editor.chain().focus().setMark("link", { href: "https://" }).run();
}

/** Readable on the white of a mail, and not black: the bar below offers any other. */
const FIRST_COLOR = "#0f5c7a";

function toggleColor(editor: Editor): void {
  if (editor.isActive("textColor")) editor.chain().focus().extendMarkRange("textColor").unsetMark("textColor").run();
  else if (!editor.state.selection.empty) editor.chain().focus().setMark("textColor", { color: FIRST_COLOR }).run();
}

function groupsOf(choices: readonly Choice[], choose: (name: string) => void) {
  const titles = [...new Set(choices.map(({ group }) => group))];
  return titles.map((title) => ({
    id: title,
    title,
    items: choices
      .filter(({ group }) => group === title)
      .map(({ name, label }) => ({ id: name, label, onAction: () => choose(name) })),
  }));
}
