import { Section, StarterKit } from "@react-email/editor/extensions";
import { Placeholder } from "@tiptap/extensions";
import { type AnyExtension, Mark, mergeAttributes, type Extensions } from "@tiptap/react";
import { VariableChip } from "./chip-node";
import { RepeatBlock, ShowIf } from "./wrapper-nodes";

/** What the server refuses in a document (convex/templates/documents/read.ts) is not offered here. */
const Kit = StarterKit.configure({
  CodeBlockPrism: false,
  FourColumns: false,
  PreviewText: false,
  Sup: false,
  Uppercase: false,
  PreservedStyle: false,
  Table: false,
  TableRow: false,
  TableCell: false,
  TableHeader: false,
  Body: false,
  Container: false,
  Div: false,
  Section: false,
  GlobalContent: false,
  StyleAttribute: false,
  ClassAttribute: false,
  Heading: { levels: [1, 2, 3] },
  Link: { openOnClick: false, autolink: true, defaultProtocol: "https", HTMLAttributes: { class: "node-link" } },
  // What is set about the chosen place is set in fields beside the text.
  FocusScopes: { clearSelectionOnBlur: false },
  TrailingNode: { node: "paragraph", appendTo: ["doc", "section", "columnsColumn", "showIf", "repeat"] },
});

const ColoredSection = Section.extend({
  addAttributes() {
    return {
      background: {
        default: null,
        parseHTML: (element: HTMLElement) => element.dataset.background ?? null,
        renderHTML: ({ background }: Record<string, unknown>) =>
          typeof background === "string"
            ? { "data-background": background, style: `background-color: ${background}` }
            : {},
      },
    };
  },
});

/** The colour of some words: "#rrggbb". */
const TextColor = Mark.create({
  name: "textColor",
  addAttributes: () => ({
    color: {
      default: null,
      parseHTML: (element) => element.dataset.color ?? null,
      renderHTML: ({ color }) => (typeof color === "string" ? { "data-color": color, style: `color: ${color}` } : {}),
    },
  }),
  parseHTML: () => [{ tag: "span[data-color]" }],
  renderHTML: ({ HTMLAttributes }) => ["span", mergeAttributes(HTMLAttributes), 0],
});

type Options = {
  placeholder: string;
  /** Names of values beside the known ones. */
  own: readonly string[];
  image: AnyExtension;
};

/** Everything the designer of e-mails is made of. */
export function designerExtensions({ placeholder, own, image }: Options): Extensions {
  return [
    Kit,
    ColoredSection,
    TextColor,
    VariableChip.configure({ own }),
    ShowIf,
    RepeatBlock,
    image,
    Placeholder.configure({ placeholder, includeChildren: true }),
  ];
}
