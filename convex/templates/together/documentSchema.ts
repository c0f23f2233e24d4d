import { type AttributeSpec, type MarkSpec, type NodeSpec, Schema } from "@tiptap/pm/model";

// What a document of the designer is made of, for the server: it applies what editors did. A test beside the designer
// (src/editor/email/document-schema.test.ts) holds both to be the same.

/** Attributes that may be missing, and what they are then. */
const given = (defaults: Record<string, unknown>): Record<string, AttributeSpec> =>
  Object.fromEntries(Object.entries(defaults).map(([name, value]) => [name, { default: value }]));

const ALIGNED = given({ alignment: null });
/** What @react-email/editor keeps of the HTML of columns. */
const OF_HTML = {
  align: null,
  width: null,
  height: null,
  id: null,
  class: null,
  title: null,
  lang: null,
  dir: null,
  "data-id": null,
};
const columns = (content: string): NodeSpec => ({
  content,
  group: "block",
  defining: true,
  isolating: true,
  attrs: given({ ...OF_HTML, cellspacing: null }),
});
const wrapper = (defaults: Record<string, unknown>): NodeSpec => ({
  content: "block+",
  group: "block",
  defining: true,
  isolating: true,
  attrs: given(defaults),
});

const NODES: Record<string, NodeSpec> = {
  paragraph: { content: "inline*", group: "block", attrs: ALIGNED },
  doc: { content: "block+" },
  twoColumns: columns("columnsColumn columnsColumn"),
  threeColumns: columns("columnsColumn columnsColumn columnsColumn"),
  columnsColumn: {
    content: "block+",
    group: "columnsColumn",
    isolating: true,
    attrs: given({ alignment: null, ...OF_HTML }),
  },
  bulletList: { content: "listItem+", group: "block list", attrs: ALIGNED },
  orderedList: { content: "listItem+", group: "block list", attrs: given({ alignment: null, start: 1, type: null }) },
  blockquote: { content: "block+", group: "block", defining: true, attrs: ALIGNED },
  listItem: { content: "paragraph block*", defining: true, attrs: ALIGNED },
  hardBreak: { group: "inline", inline: true, selectable: false, linebreakReplacement: true },
  heading: { content: "inline*", group: "block", defining: true, attrs: given({ alignment: null, level: 1 }) },
  horizontalRule: { group: "block", attrs: given({ class: "divider" }) },
  button: {
    content: "inline*",
    marks: "bold",
    group: "block",
    draggable: true,
    defining: true,
    attrs: given({ alignment: "left", class: "button", href: "#" }),
  },
  text: { group: "inline" },
  section: wrapper({ background: null }),
  variable: {
    group: "inline",
    inline: true,
    atom: true,
    selectable: true,
    attrs: given({ name: "", fallback: "" }),
  },
  showIf: wrapper({ variable: "firstName", test: "set", value: "" }),
  repeat: wrapper({ list: "people" }),
  image: {
    group: "block",
    atom: true,
    draggable: true,
    attrs: given({ src: "", alt: "", width: "auto", height: "auto", alignment: "center", href: null }),
  },
};

const MARKS: Record<string, MarkSpec> = {
  link: {
    inclusive: true,
    attrs: given({
      href: null,
      target: "_blank",
      rel: "noopener noreferrer nofollow",
      class: "node-link",
      title: null,
      "ses:no-track": null,
    }),
  },
  code: { excludes: "_", code: true },
  italic: {},
  bold: {},
  strike: {},
  underline: {},
  textColor: { attrs: given({ color: null }) },
};

export const DOCUMENT_SCHEMA = new Schema({ nodes: NODES, marks: MARKS, topNode: "doc" });
