import { describe, expect, it } from "vitest";
import { docText } from "./doc-text";
import { nodesOfText } from "./insert-text";

describe("nodes of a text", () => {
  it.each(["Ein Satz.", "Guten Tag,\n\nerste Zeile\nzweite Zeile\n\nGrüße"])("say the same as %j", (text) => {
    expect(docText({ type: "doc", content: nodesOfText(text) })).toBe(text);
  });

  it("know no other line ends and no towers of blank lines", () => {
    expect(docText({ type: "doc", content: nodesOfText("a\r\nb\r\n\r\n\r\nc\n") })).toBe("a\nb\n\nc");
  });
});
