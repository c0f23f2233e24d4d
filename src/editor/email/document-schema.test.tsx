import type { Attrs, MarkType, NodeType } from "@tiptap/pm/model";
import { type AnyExtension, getSchema } from "@tiptap/react";
import { act } from "react";
import { createRoot } from "react-dom/client";
import { expect, it, vi } from "vitest";
import { DOCUMENT_SCHEMA } from "../../../convex/templates/together/documentSchema";
import { designerExtensions } from "./extensions";
import { useImageNode } from "./image-node";

vi.stubGlobal("IS_REACT_ACT_ENVIRONMENT", true);

// The server applies the designer's steps (convex/templates/together): it must know the same documents, or what one
// writes is another thing on the server than on the screen.

/** The designer's own picture; it is made by a hook. */
function imageOfDesigner(): AnyExtension {
  const made: AnyExtension[] = [];
  function Maker() {
    made.push(useImageNode(async () => Promise.resolve({ url: "" })));
    return null;
  }
  const root = createRoot(document.createElement("div"));
  act(() => root.render(<Maker />));
  act(() => root.unmount());
  const [image] = made;
  if (image === undefined) throw new Error("No picture was made.");
  return image;
}

type Kept = { attrs?: Record<string, { default?: unknown }> | undefined };

const defaultsOf = ({ attrs = {} }: Kept): Attrs =>
  Object.fromEntries(Object.entries(attrs).map(([name, attribute]) => [name, attribute.default]));

function ofNode({ spec }: NodeType) {
  const { content, marks, group, inline = false, atom = false } = spec;
  return { content, marks, group, inline, atom, attrs: defaultsOf(spec) };
}

function ofMark({ spec }: MarkType) {
  const { inclusive, excludes, code = false } = spec;
  return { inclusive, excludes, code, attrs: defaultsOf(spec) };
}

const each = <Type, Kept>(types: Record<string, Type>, kept: (type: Type) => Kept) =>
  Object.fromEntries(Object.entries(types).map(([name, type]) => [name, kept(type)]));

it("is the designer's: the same nodes, attributes and marks, in the same order", () => {
  const designer = getSchema(designerExtensions({ placeholder: "", own: [], image: imageOfDesigner() }));
  expect(each(DOCUMENT_SCHEMA.nodes, ofNode)).toEqual(each(designer.nodes, ofNode));
  expect(each(DOCUMENT_SCHEMA.marks, ofMark)).toEqual(each(designer.marks, ofMark));
  expect(DOCUMENT_SCHEMA.topNodeType.name).toBe(designer.topNodeType.name);
  // Marks on the same words are kept in this order; the first block is what an empty place is filled with.
  expect(Object.keys(DOCUMENT_SCHEMA.marks)).toEqual(Object.keys(designer.marks));
  expect(Object.keys(DOCUMENT_SCHEMA.nodes)).toEqual(Object.keys(designer.nodes));
});
