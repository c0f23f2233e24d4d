import { type EditorState, Selection } from "@tiptap/pm/state";
import { Mapping } from "@tiptap/pm/transform";
import { getVersion, sendableSteps } from "prosemirror-collab";
import type { EditorId, StepLog } from "./step-log";

// Places in a draft that several people write in. One is told as positions in the words of a version, which everybody has
// had at some time; from there each page counts on by itself, so that nobody tells anything while they simply write.

type Range = { anchor: number; head: number };
/** Where the editor of that name was, in the words at `version`. */
export type Place = Range & { editor: EditorId; version: number };

/** Where a place lies in the newest words that everybody has; null while words up to it, or since it, are missing. */
export function rangeInKnown(place: Place, state: EditorState, log: StepLog): Range | null {
  const done = log.between(place.version, getVersion(state), state.schema);
  if (done === null) return null;
  return done.reduce<Range>(({ anchor, head }, { by, map }) => {
    // What somebody writes pushes their own caret on; what others write at it comes behind it, as in their own field.
    const side = by === place.editor ? 1 : -1;
    return { anchor: map.map(anchor, side), head: map.map(head, side) };
  }, place);
}

/** Where a colleague's place lies in what this editor shows, with what was written here and is on its way. */
export function rangeShown(place: Place, state: EditorState, log: StepLog): Range | null {
  const known = rangeInKnown(place, state, log);
  if (known === null) return null;
  const own = ownSteps(state);
  const inText = (position: number) => {
    const at = state.doc.resolve(Math.min(own.map(position, -1), state.doc.content.size));
    return at.parent.inlineContent ? at.pos : Selection.near(at).head;
  };
  return { anchor: inText(known.anchor), head: inText(known.head) };
}

/** Where this editor is, in the newest words that everybody has. */
export function ownRange(state: EditorState): Range & { version: number } {
  const back = ownSteps(state).invert();
  const { anchor, head } = state.selection;
  return { version: getVersion(state), anchor: back.map(anchor), head: back.map(head) };
}

function ownSteps(state: EditorState): Mapping {
  return new Mapping((sendableSteps(state)?.steps ?? []).map((step) => step.getMap()));
}

/** Under which name this editor's steps go: it tells only with steps to send, so it is asked as if there were one. */
export function editorIdOf(state: EditorState): EditorId {
  const { doc, tr } = state;
  const place = Selection.findFrom(doc.resolve(0), 1, true);
  // Without a place for words there are pictures or lines, which can go.
  const written = state.apply(place === null ? tr.delete(0, doc.content.size) : tr.insertText(" ", place.from));
  const sendable = sendableSteps(written);
  if (sendable === null) throw new Error("This editor's steps are not shared.");
  return sendable.clientID;
}
