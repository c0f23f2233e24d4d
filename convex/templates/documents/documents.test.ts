import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { filledLink, isWritable, safeLink } from "./addresses";
import { contrastOf } from "./contrast";
import { fillDocument } from "./fill";
import { MAX_DOCUMENT_CHARS, readDocument } from "./read";
import { bodyOfDocument, chipsOf, textOfBlocks } from "./text";

type Json = { type: string; [key: string]: unknown };

const words = (text: string, ...marks: Json[]): Json => ({ type: "text", text, marks });
const chip = (name: string, fallback = ""): Json => ({ type: "variable", attrs: { name, fallback } });
const paragraph = (...content: Json[]): Json => ({ type: "paragraph", content });
const wrap = (type: string, attrs: object, ...content: Json[]): Json => ({ type, attrs, content });
const document = (...content: Json[]) => JSON.stringify({ type: "doc", content });

function blocksOf(...content: Json[]) {
  const read = readDocument(document(...content));
  if (!read.ok) throw new Error(read.problem);
  return read.blocks;
}

function textOf(values: Record<string, string>, ...content: Json[]): string {
  return textOfBlocks(
    fillDocument(blocksOf(...content), values, { images: { f1: "https://files.example/1.png" } }),
  ).join("|");
}

describe("values", () => {
  it.each([
    [{ firstName: "Erika" }, "Hallo Erika, schön!"],
    [{}, "Hallo, schön!"],
    [{ firstName: "  " }, "Hallo, schön!"],
  ])("close the gap of what is missing: %j", (values, text) =>
    expect(
      textOf(values as Record<string, string>, paragraph(words("Hallo "), chip("firstName"), words(", schön!"))),
    ).toBe(text),
  );

  it("take a chip's own fallback", () => {
    expect(textOf({}, paragraph(words("Hallo "), chip("firstName", "Gast")))).toBe("Hallo Gast");
  });

  it.each([
    [[chip("x"), words(", willkommen")], "willkommen"],
    [[words("am "), chip("x"), words(" um 10")], "am um 10"],
    [[words("Ort "), chip("x")], "Ort"],
    [[chip("x")], ""],
  ])("leave a tidy text %#", (content, text) => expect(textOf({}, paragraph(...content))).toBe(text));

  it("are filled where they were typed, and leave no braces", () => {
    expect(textOf({ x: "1" }, paragraph(words("a {{x}} b {y}")))).toBe("a 1 b y");
  });

  it("never read what an object inherits", () => {
    expect(textOf({}, paragraph(words("a "), chip("constructor")))).toBe("a");
  });
});

describe("a condition", () => {
  const inner = paragraph(words("da"));
  it.each([
    [{ test: "set" }, { x: "1" }, "da"],
    [{ test: "set" }, { x: " " }, ""],
    [{ test: "unset" }, {}, "da"],
    [{ test: "unset" }, { x: "1" }, ""],
    [{ test: "equals", value: "Haff " }, { x: "haff" }, "da"],
    [{ test: "equals", value: "Haff" }, {}, ""],
    [{ test: "differs", value: "Haff" }, { x: "See" }, "da"],
    [{ test: "differs", value: "Haff" }, { x: "HAFF" }, ""],
  ])("%j of %j", (attrs, values, text) =>
    expect(textOf(values as Record<string, string>, wrap("showIf", { variable: "x", ...attrs }, inner))).toBe(text),
  );
});

describe("a repeat", () => {
  const people = { "people.0.name": "Erika", "people.1.name": "Max", "people.1.role": "Gast", "people.3.name": "Nie" };

  it("comes once for each entry, with the entry's own values and conditions", () => {
    const role = wrap("showIf", { variable: "people.role", test: "set" }, paragraph(chip("people.role")));
    const line = paragraph(words("- "), chip("people.name"));
    expect(textOf(people, wrap("repeat", { list: "people" }, line, role))).toBe("- Erika|- Max|Gast");
  });

  it("is nothing without entries", () => {
    expect(textOf({}, wrap("repeat", { list: "people" }, paragraph(chip("people.name", "wer"))))).toBe("");
  });

  it("has an end", () => {
    const many = Object.fromEntries(Array.from({ length: 80 }, (_, index) => [`people.${index}.name`, String(index)]));
    const text = textOf(many, wrap("repeat", { list: "people" }, paragraph(chip("people.name"))));
    expect(text.split("|")).toHaveLength(50);
  });
});

describe("what is sent", () => {
  it("has no button without a safe address, and no picture that is gone", () => {
    const button = (href: string) => wrap("button", { href }, words("Los"));
    expect(textOf({ link: "https://a.example/x" }, button("{{link}}"))).toBe("Los:\nhttps://a.example/x");
    expect(textOf({ link: "javascript:alert(1)" }, button("{{link}}"))).toBe("");
    expect(textOf({}, button("{{link}}"), button(""))).toBe("");
    const filled = fillDocument(
      blocksOf(
        { type: "image", attrs: { src: "file:f1", alt: "Boot" } },
        { type: "image", attrs: { src: "file:gone" } },
      ),
      {},
      { images: { f1: "https://files.example/1.png" } },
    );
    expect(filled).toEqual([{ kind: "image", alt: "Boot", align: "left", src: "https://files.example/1.png" }]);
  });

  it("keeps lists, quotes and columns readable as text", () => {
    const item = (text: string) => wrap("listItem", {}, paragraph(words(text)));
    const column = (text: string) => wrap("columnsColumn", {}, paragraph(words(text)));
    expect(textOf({}, wrap("orderedList", {}, item("a"), item("b")))).toBe("1. a\n2. b");
    expect(textOf({}, wrap("blockquote", {}, paragraph(words("q"))))).toBe("> q");
    expect(textOf({}, wrap("twoColumns", {}, column("l"), column("r")))).toBe("l\n\nr");
  });
});

describe("a body beside a document", () => {
  it("has the placeholders of its chips, and the fallbacks once", () => {
    const blocks = blocksOf(
      paragraph(words("Hallo "), chip("firstName"), words(",")),
      wrap(
        "showIf",
        { variable: "location", test: "set" },
        paragraph(chip("location", "am Steg"), chip("firstName", "Du")),
      ),
    );
    expect(bodyOfDocument(blocks)).toBe("Hallo {{firstName}},\n\n{{location}}{{firstName}}");
    expect(chipsOf(blocks)).toEqual([
      { name: "firstName", fallback: "Du" },
      { name: "location", fallback: "am Steg" },
    ]);
  });
});

describe("reading", () => {
  it.each([
    ["half a", "The document cannot be read."],
    ['"doc"', "This is no document."],
    ['{"type":"html"}', "This is no document."],
    [document({ type: "script" }), 'A document has no "script".'],
    [document(paragraph({ type: "iframe" })), 'A text has no "iframe".'],
    [document(paragraph(words("x", { type: "style" }))), "A text has an unknown look."],
    [
      document(paragraph(words("x", { type: "link", attrs: { href: "javascript:alert(1)" } }))),
      "An address in the document is not allowed.",
    ],
    [
      document({ type: "image", attrs: { src: "data:image/png;base64,x" } }),
      "An address in the document is not allowed.",
    ],
    [document(paragraph(chip("a b"))), "A variable has a name of letters, digits, dots and underscores."],
    [document(wrap("showIf", { variable: "x", test: "eval" })), "A condition asks something unknown."],
    ["x".repeat(MAX_DOCUMENT_CHARS + 1), "The document is too large."],
  ])("refuses %j", (text, problem) => expect(readDocument(text)).toEqual({ ok: false, problem }));

  it("refuses what is nested too deeply or has too many parts", () => {
    let deep = paragraph(words("x"));
    for (let depth = 0; depth < 20; depth += 1) deep = wrap("section", {}, deep);
    expect(readDocument(document(deep))).toMatchObject({ ok: false });
    expect(readDocument(document(...Array.from({ length: 2_001 }, () => paragraph())))).toMatchObject({ ok: false });
  });

  it("never throws, whatever JSON it is given", () => {
    fc.assert(fc.property(fc.json(), (text) => typeof readDocument(text).ok === "boolean"));
  });
});

describe("addresses", () => {
  it("are filled whole or escaped, and safe in the end", () => {
    const values: Record<string, string> = { id: "a b/c", home: "https://a.example" };
    const valueOf = (name: string) => values[name] ?? "";
    expect(filledLink("https://x.example/?q={{id}}", valueOf)).toBe("https://x.example/?q=a%20b%2Fc");
    expect(filledLink("{{home}}/x", valueOf)).toBe("https://a.example/x");
    expect(filledLink("https://x.example/{{none}}", valueOf)).toBeNull();
  });

  it.each([
    "javascript:alert(1)",
    " JavaScript:alert(1)",
    "data:text/html,x",
    "vbscript:x",
    "/relative",
    "www.x.example",
  ])("%j is not linked to", (url) => expect(safeLink(url)).toBeNull());

  it("may be half written in a template, but not dangerous", () => {
    expect(["", "#", "{{link}}", "/x", "www.x.example", "mailto:a@b.example"].every(isWritable)).toBe(true);
    expect(isWritable("javascript:alert(1)")).toBe(false);
    expect(isWritable("JAVASCRIPT:x")).toBe(false);
  });
});

// WCAG 2.2, "contrast ratio"; the values that W3C's and WebAIM's calculators give.
it.each([
  ["#ffffff", "#000000", 21],
  ["#777777", "#ffffff", 4.48],
  ["#767676", "#ffffff", 4.54],
  ["#ff0000", "#ffffff", 4],
  ["#0f5c7a", "#0f5c7a", 1],
])("the contrast of %s and %s is %d", (one, other, ratio) => {
  expect(contrastOf(one, other)).toBeCloseTo(ratio, 2);
  expect(contrastOf(other, one)).toBeCloseTo(ratio, 2);
});
