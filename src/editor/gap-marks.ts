import { Plugin } from "@tiptap/pm/state";
import { Decoration, DecorationSet } from "@tiptap/pm/view";
import { Extension } from "@tiptap/react";
import { gapRanges } from "./gaps";

/** Marks what still lacks a value while somebody writes. */
export const GapMarks = Extension.create({
  name: "gapMarks",
  addProseMirrorPlugins: () => [
    new Plugin({
      props: {
        decorations: ({ doc }) =>
          DecorationSet.create(
            doc,
            gapRanges(doc).map(({ from, to }) =>
              Decoration.inline(from, to, { class: "rounded-sm bg-warn-soft font-medium text-warn" }),
            ),
          ),
      },
    }),
  ],
});
