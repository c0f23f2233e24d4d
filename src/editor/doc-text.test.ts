import { describe, expect, it } from "vitest";
import { type DocNode, docText, parseDoc, picturesIn } from "./doc-text";

const text = (words: string, marks?: DocNode["marks"]): DocNode => ({ type: "text", text: words, marks });
const paragraph = (...content: DocNode[]): DocNode => ({ type: "paragraph", content });
const doc = (...content: DocNode[]): DocNode => ({ type: "doc", content });

describe("pictures between the words", () => {
  it("are named in the text, and found with their files", () => {
    const picture = { type: "image", attrs: { fileId: "f1", alt: "plan.png" } };
    const written = {
      type: "doc",
      content: [{ type: "paragraph", content: [{ type: "text", text: "See " }, picture] }],
    };
    expect(docText(written)).toBe("See [plan.png]");
    expect([...picturesIn(written)]).toEqual(["f1"]);
  });
});

describe("docText", () => {
  it("parts paragraphs by an empty line and keeps line breaks", () => {
    expect(docText(doc(paragraph(text("Moin,")), paragraph(text("bis"), { type: "hardBreak" }, text("morgen"))))).toBe(
      "Moin,\n\nbis\nmorgen",
    );
  });

  it("keeps the marks of lists", () => {
    const items = [paragraph(text("one")), paragraph(text("two"))].map((item) => ({
      type: "listItem",
      content: [item],
    }));
    expect(docText(doc({ type: "bulletList", content: items }))).toBe("- one\n- two");
    expect(docText(doc({ type: "orderedList", content: items }))).toBe("1. one\n2. two");
  });

  it("writes out where a link leads unless the text says it", () => {
    const link = (href: string) => [{ type: "link", attrs: { href } }];
    expect(docText(doc(paragraph(text("here", link("https://example.org")))))).toBe("here (https://example.org)");
    expect(docText(doc(paragraph(text("https://example.org", link("https://example.org")))))).toBe(
      "https://example.org",
    );
  });

  it("is empty for an empty editor", () => {
    expect(docText(doc({ type: "paragraph" }))).toBe("");
  });
});

describe("parseDoc", () => {
  it("reads a draft and refuses anything else", () => {
    expect(parseDoc(`{"type":"doc","content":[]}`)).toEqual({ type: "doc", content: [] });
    expect(parseDoc("half a dra")).toBeNull();
    expect(parseDoc(`"text"`)).toBeNull();
  });
});
