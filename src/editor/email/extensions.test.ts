import { Editor, Node } from "@tiptap/react";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readDocument } from "../../../convex/templates/documents/read";
import { bodyOfDocument } from "../../../convex/templates/documents/text";
import { BLOCKS, insertChip } from "./blocks";
import { designerExtensions } from "./extensions";
import { placesIn, removeAt, setAt } from "./places";

/** Uploads belong to the browser's tests. */
const image = Node.create({
  name: "image",
  group: "block",
  atom: true,
  addAttributes: () => ({ src: { default: "" } }),
});

let editor: Editor;

beforeEach(() => {
  editor = new Editor({
    element: document.createElement("div"),
    extensions: designerExtensions({ placeholder: "", own: [], image }),
    content: { type: "doc", content: [{ type: "paragraph", content: [{ type: "text", text: "Moin" }] }] },
  });
  editor.commands.setTextSelection(5);
});
afterEach(() => editor.destroy());

function blocks() {
  const read = readDocument(JSON.stringify(editor.getJSON()));
  if (!read.ok) throw new Error(read.problem);
  return read.blocks;
}

describe("what is written in the designer", () => {
  it.each(BLOCKS.filter(({ id }) => id !== "image"))(
    "with the block $id is a document the server reads",
    ({ insert }) => {
      insert(editor);
      expect(bodyOfDocument(blocks())).toContain("Moin");
      expect(editor.getJSON().content?.length).toBeGreaterThan(0);
    },
  );

  it("with every look and a chip is read as it was set", () => {
    editor.commands.setTextSelection({ from: 1, to: 5 });
    for (const mark of ["bold", "italic", "underline", "strike"]) editor.commands.toggleMark(mark);
    editor.chain().setMark("textColor", { color: "#0f5c7a" }).setMark("link", { href: "https://a.example" }).run();
    editor.commands.setTextSelection(5);
    insertChip(editor, "firstName");
    expect(blocks()[0]).toMatchObject({
      inlines: [
        {
          kind: "text",
          text: "Moin",
          look: { isBold: true, color: "#0f5c7a", url: expect.stringContaining("a.example") as string },
        },
        { kind: "variable", name: "firstName" },
      ],
    });
  });
});

describe("settings at the cursor", () => {
  it("are those of the chip and of what is around it", () => {
    BLOCKS.find(({ id }) => id === "showIf")?.insert(editor);
    insertChip(editor, "firstName");
    const at = editor.state.selection.from - 1;
    editor.commands.setNodeSelection(at);
    const places = placesIn(editor.state);
    expect(places.map(({ type }) => type)).toEqual(["variable", "showIf"]);
    const [chip, condition] = places;
    if (chip === undefined || condition === undefined) throw new Error("Nothing is selected.");
    setAt(editor, chip, { fallback: "Gast" });
    setAt(editor, condition, { test: "equals", value: "Erika" });
    expect(blocks()[0]).toMatchObject({ kind: "showIf", condition: { test: "equals", value: "Erika" } });
    expect(placesIn(editor.state)[0]?.attrs.fallback).toBe("Gast");
    removeAt(editor, condition);
    expect(blocks()[0]).toMatchObject({ kind: "paragraph" });
    expect(bodyOfDocument(blocks())).toBe("Moin{{firstName}}");
  });
});
