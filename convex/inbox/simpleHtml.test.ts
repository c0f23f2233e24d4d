import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { htmlOfText, simpleHtml } from "./simpleHtml";

describe("simpleHtml", () => {
  it.each([
    ["<p>Guten Tag <strong>Erika</strong></p>", "<p>Guten Tag <strong>Erika</strong></p>"],
    ['<p class="x" onclick="a()">Hi<br/>du</p>', "<p>Hi<br>du</p>"],
    [
      '<a href="https://haff.example/?a=1&amp;b=2" target="_blank">Link</a>',
      '<a href="https://haff.example/?a=1&amp;b=2">Link</a>',
    ],
    ['<a href="javascript:alert(1)">x</a>', "<a>x</a>"],
    ['<a href="java&#10;script:alert(1)">x</a>', "<a>x</a>"],
    ['<a href=" JaVaScRiPt:alert(1)">x</a>', "<a>x</a>"],
    ["<a href='data:text/html,x'>x</a>", "<a>x</a>"],
    ['<a data-href="https://x.example">x</a>', "<a>x</a>"],
    ["<script>alert(1)</script><p>ok</p>", "<p>ok</p>"],
    ["<style>p{}</style>ok", "ok"],
    ["<!-- <p> --><p>ok</p>", "<p>ok</p>"],
    ["<!-- never closed <script>", ""],
    ["<div><span>nur Text</span></div>", "nur Text"],
    ["<ul><li>eins<li>zwei</ul>", "<ul><li>eins<li>zwei</li></li></ul>"],
    ["</p>zu viel", "zu viel"],
    ["1 < 2 & 3 > 2", "1 &lt; 2 &amp; 3 &gt; 2"],
    ["&lt;script&gt;", "&lt;script&gt;"],
    ["&auml;", "&amp;auml;"],
    ["<img src=x onerror=alert(1)>", ""],
    ['<p title="a>b">x</p>', "<p>x</p>"],
  ])("%s → %s", (html, expected) => expect(simpleHtml(html)).toBe(expected));

  it("keeps the pictures that go along, and no other", () => {
    const known = new Set(["f1"]);
    expect(simpleHtml('<img alt="a&quot;b" src="cid:f1" onload="x()">', known)).toBe(
      '<img src="cid:f1" alt="a&quot;b" style="max-width:100%;height:auto">',
    );
    expect(simpleHtml('<img src="cid:f2"><img src="https://x.example/f1">', known)).toBe("");
  });

  const piece = fc.constantFrom(
    "<p>",
    "</p>",
    "<script>",
    "</script>",
    "<a href=",
    '"javascript:x"',
    "https://x.example",
    ">",
    "<",
    '"',
    "'",
    "<!--",
    "-->",
    "onload=x",
    "<svg/onload=x>",
    "&lt;",
    "&#x6a;",
    "<b ",
    "text",
    "<style>",
    "</style>",
    "<iframe src=x>",
    "</",
    "=",
    " ",
  );
  it("never lets a foreign tag, an attribute or another scheme through", () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 25 }), (pieces) => {
        const result = simpleHtml(pieces.join(""));
        const bare = result.replace(/<\/?(?:p|br|hr|strong|b|em|i|u|s|a|ul|ol|li|blockquote|code|pre|h[1-3])>/g, "");
        expect(bare.replace(/<a href="(?:https?:\/\/|mailto:|tel:)[^"<>]*">/gi, "")).not.toMatch(/[<>]/);
      }),
      { seed: 20261120, numRuns: 3_000 },
    );
  });
  it("changes nothing the second time", () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 25 }), (pieces) => {
        const once = simpleHtml(pieces.join(""));
        expect(simpleHtml(once)).toBe(once);
      }),
      { seed: 20261120, numRuns: 2_000 },
    );
  });
});

describe("htmlOfText", () => {
  it("makes paragraphs and breaks, and escapes", () => {
    expect(htmlOfText("Guten Tag,\n\neins < zwei\r\ndrei\n")).toBe("<p>Guten Tag,</p><p>eins &lt; zwei<br>drei</p>");
  });
});
