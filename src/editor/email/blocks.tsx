import type { SlashCommandItem } from "@react-email/editor/ui";
import type { Editor, Range } from "@tiptap/react";
import type { TFunction } from "i18next";
import {
  Braces,
  Columns2,
  Columns3,
  GitBranch,
  Heading1,
  Heading2,
  Heading3,
  ImagePlus,
  List,
  ListOrdered,
  Minus,
  MousePointerClick,
  Pilcrow,
  Quote,
  Repeat,
  SquareDashed,
} from "lucide-react";
import type { ReactNode } from "react";
import type { Choice } from "./variables";

type Insert = { icon: ReactNode; insert: (editor: Editor) => void };

const SIZE = 15;

const wrapped = (type: "showIf" | "repeat", attrs: Record<string, string>) => (editor: Editor) =>
  void (
    editor.chain().focus().wrapIn(type, attrs).run() ||
    editor
      .chain()
      .focus()
      .insertContent({ type, attrs, content: [{ type: "paragraph" }] })
      .run()
  );

/** Blocks that can be inserted, from the menu of the bar and by "/", in the order they are shown. */
export const BLOCKS = [
  { id: "text", icon: <Pilcrow size={SIZE} />, insert: (e) => void e.chain().focus().setParagraph().run() },
  { id: "h1", icon: <Heading1 size={SIZE} />, insert: (e) => void e.chain().focus().setHeading({ level: 1 }).run() },
  { id: "h2", icon: <Heading2 size={SIZE} />, insert: (e) => void e.chain().focus().setHeading({ level: 2 }).run() },
  { id: "h3", icon: <Heading3 size={SIZE} />, insert: (e) => void e.chain().focus().setHeading({ level: 3 }).run() },
  { id: "bullets", icon: <List size={SIZE} />, insert: (e) => void e.chain().focus().toggleBulletList().run() },
  { id: "numbers", icon: <ListOrdered size={SIZE} />, insert: (e) => void e.chain().focus().toggleOrderedList().run() },
  { id: "quote", icon: <Quote size={SIZE} />, insert: (e) => void e.chain().focus().toggleBlockquote().run() },
  { id: "button", icon: <MousePointerClick size={SIZE} />, insert: insertButton },
  { id: "image", icon: <ImagePlus size={SIZE} />, insert: (e) => void e.commands.uploadImage() },
  { id: "divider", icon: <Minus size={SIZE} />, insert: (e) => void e.chain().focus().setHorizontalRule().run() },
  { id: "section", icon: <SquareDashed size={SIZE} />, insert: (e) => void e.chain().focus().insertSection().run() },
  { id: "columns2", icon: <Columns2 size={SIZE} />, insert: (e) => void e.chain().focus().insertColumns(2).run() },
  { id: "columns3", icon: <Columns3 size={SIZE} />, insert: (e) => void e.chain().focus().insertColumns(3).run() },
  { id: "showIf", icon: <GitBranch size={SIZE} />, insert: wrapped("showIf", { variable: "firstName", test: "set" }) },
  { id: "repeat", icon: <Repeat size={SIZE} />, insert: wrapped("repeat", { list: "people" }) },
] as const satisfies readonly (Insert & { id: string })[];

function insertButton(editor: Editor): void {
  editor
    .chain()
    .focus()
    .insertContent({ type: "button", attrs: { href: "" }, content: [{ type: "text", text: "…" }] })
    .run();
}

/** Puts a chip where the cursor is. */
export function insertChip(editor: Editor, name: string): void {
  editor
    .chain()
    .focus()
    .insertContent({ type: "variable", attrs: { name, fallback: "" } })
    .run();
}

const after = (editor: Editor, range: Range, insert: (editor: Editor) => void) => {
  editor.chain().focus().deleteRange(range).run();
  insert(editor);
};

/** What "/" offers: blocks, then values. */
export function slashItems(t: TFunction, choices: readonly Choice[]): SlashCommandItem[] {
  return [
    ...BLOCKS.map(({ id, icon, insert }) => ({
      title: t(`designer.block.${id}`),
      description: t(`designer.block.${id}`),
      searchTerms: [id],
      icon,
      category: t("designer.blocks"),
      command: ({ editor, range }: { editor: Editor; range: Range }) => after(editor, range, insert),
    })),
    ...choices.map(({ name, label, group }) => ({
      title: label,
      description: group,
      searchTerms: [name],
      icon: <Braces size={SIZE} />,
      category: group,
      command: ({ editor, range }: { editor: Editor; range: Range }) =>
        after(editor, range, (current) => insertChip(current, name)),
    })),
  ];
}
