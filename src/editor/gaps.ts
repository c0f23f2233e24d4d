import type { Node } from "@tiptap/pm/model";
import type { Editor } from "@tiptap/react";
import { WRITING_GAP } from "../../convex/templates/variables";

// Places of a template that still lack a value: marked in the text, found before anything is sent (product.md B-11).

/** Where they are in a document. */
export function gapRanges(doc: Node): { from: number; to: number }[] {
  const ranges: { from: number; to: number }[] = [];
  doc.descendants((node, position) => {
    for (const match of (node.text ?? "").matchAll(WRITING_GAP)) {
      const from = position + match.index;
      ranges.push({ from, to: from + match[0].length });
    }
  });
  return ranges;
}

/** Selects the first gap, so that the next key writes over it. False when there is none. */
export function selectGap(editor: Editor): boolean {
  const [first] = gapRanges(editor.state.doc);
  if (first !== undefined) editor.chain().focus().setTextSelection(first).scrollIntoView().run();
  return first !== undefined;
}
