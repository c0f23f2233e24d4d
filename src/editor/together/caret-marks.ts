import type { EditorState } from "@tiptap/pm/state";
import { Decoration, DecorationSet, type EditorView } from "@tiptap/pm/view";
import { cx } from "../../components/ui/classes";
import { type Place, rangeShown } from "./caret-places";
import type { StepLog } from "./step-log";

/** A colleague's caret. `tone` is one of the colours of the tokens. */
export type Caret = Place & { memberId: string; name: string; tone: number };

const TONES = [
  { caret: "border-caret-1 after:bg-caret-1", selection: "bg-caret-1/20" },
  { caret: "border-caret-2 after:bg-caret-2", selection: "bg-caret-2/20" },
  { caret: "border-caret-3 after:bg-caret-3", selection: "bg-caret-3/20" },
  { caret: "border-caret-4 after:bg-caret-4", selection: "bg-caret-4/20" },
  { caret: "border-caret-5 after:bg-caret-5", selection: "bg-caret-5/20" },
  { caret: "border-caret-6 after:bg-caret-6", selection: "bg-caret-6/20" },
] as const;

// The name is drawn, not written: it is no part of the words, whether they are read, copied or searched.
const LABEL =
  "after:absolute after:bottom-full after:-left-0.5 after:max-w-28 after:truncate after:rounded-sm after:px-1 after:text-2xs after:leading-3.5 after:font-medium after:text-surface after:content-[attr(data-caret)]";
/** Where a name finds no room to the right of its caret, or above it. */
const TURNED =
  "data-to-left:after:right-0 data-to-left:after:left-auto data-below:after:top-full data-below:after:bottom-auto";
const CARET = cx("pointer-events-none relative -mx-px border-l-2 select-none", LABEL, TURNED);

/** The widest name (`max-w-28`), px. */
const LABEL_WIDTH = 112;
/** The height of a name (`leading-3.5`), px. */
const LABEL_HEIGHT = 14;

/** Where the others are, as what is drawn over the words. */
export function caretMarks(state: EditorState, carets: readonly Caret[], log: StepLog): DecorationSet {
  const marks = carets.flatMap((caret) => {
    const range = rangeShown(caret, state, log);
    if (range === null) return [];
    const { caret: look, selection } = TONES[caret.tone] ?? TONES[0];
    const [from, to] = [Math.min(range.anchor, range.head), Math.max(range.anchor, range.head)];
    const key = `${caret.memberId}/${caret.tone}/${caret.name}`;
    const at = Decoration.widget(range.head, () => caretElement(caret.name, look), {
      key,
      side: 1,
      ignoreSelection: true,
    });
    return from === to ? [at] : [Decoration.inline(from, to, { class: selection }), at];
  });
  return DecorationSet.create(state.doc, marks);
}

function caretElement(name: string, look: string): HTMLElement {
  const element = document.createElement("span");
  element.className = cx(CARET, look);
  element.dataset.caret = name;
  // Who writes along is said above the field; each move of theirs would only interrupt.
  element.setAttribute("aria-hidden", "true");
  return element;
}

/** Turns names to where there is room for them. */
export function turnNames(view: EditorView): void {
  const carets = view.dom.querySelectorAll<HTMLElement>("[data-caret]");
  if (carets.length === 0) return;
  const field = view.dom.getBoundingClientRect();
  const places = [...carets].map((caret) => ({ caret, at: caret.getBoundingClientRect() }));
  for (const { caret, at } of places) {
    caret.toggleAttribute("data-to-left", field.right - at.left < LABEL_WIDTH);
    caret.toggleAttribute("data-below", at.top - field.top < LABEL_HEIGHT);
  }
}
