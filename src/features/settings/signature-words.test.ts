import { expect, it } from "vitest";
import type { DocNode } from "../../editor/doc-text";
import { signatureHtml, signatureText } from "./signature-words";

const line = (...content: DocNode[]): DocNode => ({ type: "paragraph", content });

it("has a line for each paragraph and nothing for its picture", () => {
  const link = { type: "text", text: "Shop", marks: [{ type: "link", attrs: { href: "https://haff.example" } }] };
  const picture = { type: "image", attrs: { fileId: "f1", alt: "logo.png" } };
  const doc = { type: "doc", content: [line({ type: "text", text: "Anna" }), line(), line(picture, link)] };
  expect(signatureText(doc)).toBe("Anna\n\nShop (https://haff.example)");
  expect(signatureText({ type: "doc", content: [line(picture)] })).toBe("");
});

it("keeps its lines close together", () => {
  expect(signatureHtml("<p>Anna</p><p></p><p><strong>Haff</strong></p>")).toBe(
    "<p>Anna<br><br><strong>Haff</strong></p>",
  );
});
