import { NodeSelection, type EditorState } from "@tiptap/pm/state";
import type { Editor } from "@tiptap/react";

const NODES = ["variable", "button", "image", "section", "showIf", "repeat"] as const;
const MARKS = ["link", "textColor"] as const;
type PlaceType = (typeof NODES)[number] | (typeof MARKS)[number];

/** Something the cursor is in that has settings: a node at a position, or a mark of the words around it. */
export type Place = { type: PlaceType; at: number; attrs: Record<string, string | null> };

/** What the cursor is in, innermost first. */
export function placesIn({ selection }: EditorState): Place[] {
  const places: Place[] = [];
  const { $from } = selection;
  if (selection instanceof NodeSelection) add(selection.node.type.name, selection.from, selection.node.attrs);
  for (const mark of $from.marks()) add(mark.type.name, $from.pos, mark.attrs, MARKS);
  for (let depth = $from.depth; depth > 0; depth -= 1) {
    const node = $from.node(depth);
    add(node.type.name, $from.before(depth), node.attrs);
  }
  return places;

  function add(name: string, at: number, attrs: Record<string, unknown>, of: readonly PlaceType[] = NODES) {
    const type = of.find((known) => known === name);
    if (type !== undefined) places.push({ type, at, attrs: textsOf(attrs) });
  }
}

function textsOf(attrs: Record<string, unknown>): Place["attrs"] {
  return Object.fromEntries(
    Object.entries(attrs).map(([name, value]) => [name, typeof value === "string" ? value : null]),
  );
}

function isMark({ type }: Place): boolean {
  return MARKS.some((mark) => mark === type);
}

/** Changes settings of a place; the cursor and the focus stay where they are. */
export function setAt(editor: Editor, place: Place, attrs: Record<string, string | null>): void {
  if (isMark(place)) {
    editor
      .chain()
      .extendMarkRange(place.type)
      .setMark(place.type, { ...place.attrs, ...attrs })
      .run();
    return;
  }
  editor.commands.command(({ tr, state }) => {
    if (state.doc.nodeAt(place.at)?.type.name !== place.type) return false;
    for (const [name, value] of Object.entries(attrs)) tr.setNodeAttribute(place.at, name, value);
    // A step inside a selected node ends its selection.
    if (state.selection instanceof NodeSelection) tr.setSelection(NodeSelection.create(tr.doc, state.selection.from));
    return true;
  });
}

/** Takes a place away: what wraps others leaves them standing. */
export function removeAt(editor: Editor, place: Place): void {
  if (isMark(place)) editor.chain().focus().extendMarkRange(place.type).unsetMark(place.type).run();
  else if (place.type === "showIf" || place.type === "repeat" || place.type === "section") unwrapAt(editor, place);
  else
    editor
      .chain()
      .focus()
      .command(({ tr, state }) => {
        const node = state.doc.nodeAt(place.at);
        if (node === null) return false;
        tr.delete(place.at, place.at + node.nodeSize);
        return true;
      })
      .run();
}

function unwrapAt(editor: Editor, { at }: Place): void {
  editor
    .chain()
    .focus()
    .command(({ tr, state }) => {
      const node = state.doc.nodeAt(at);
      if (node === null) return false;
      tr.replaceWith(at, at + node.nodeSize, node.content);
      return true;
    })
    .run();
}
