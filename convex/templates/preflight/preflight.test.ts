import { describe, expect, it } from "vitest";
import { preflight, type Preflight } from "./check";
import { linkFindings } from "./links";

const FINE: Preflight = { channel: "email", subject: "Ihr Kurs", body: "Hallo {{name}}", variables: [] };

type Json = { type: string; [key: string]: unknown };
const words = (text: string, ...marks: Json[]): Json => ({ type: "text", text, marks });
const chip = (name: string, fallback = ""): Json => ({ type: "variable", attrs: { name, fallback } });
const paragraph = (...content: Json[]): Json => ({ type: "paragraph", content });
const color = (value: string): Json => ({ type: "textColor", attrs: { color: value } });

function of(...content: Json[]) {
  return preflight({ ...FINE, document: JSON.stringify({ type: "doc", content }) }).map(({ code, where }) =>
    where === "" ? code : `${code}: ${where}`,
  );
}

it("finds nothing in a sound text", () => {
  expect(preflight(FINE)).toEqual([]);
  expect(of(paragraph(words("Hallo "), chip("firstName", "Gast")))).toEqual([]);
});

describe("links", () => {
  it.each([
    ["", "hier", "empty_link"],
    ["#", "hier", "empty_link"],
    ["https://", "hier", "empty_link"],
    ["/buchung", "hier", "relative_link"],
    ["www.haff.example", "hier", "relative_link"],
    ["javascript:alert(1)", "hier", "unsafe_link"],
    ["http://haff.example", "hier", "plain_http"],
    ["https://böse.example/x", "https://haff.example/x", "misleading_link"],
    ["https://evil.example", "haff.example", "misleading_link"],
  ])("to %j on %j: %s", (url, text, code) => {
    expect(linkFindings({ url, text }).map((found) => found.code)).toEqual([code]);
  });

  it.each([
    ["https://haff.example/x", "www.haff.example"],
    ["https://haff.example/{{bookingReference}}", "hier"],
    ["{{link}}", "hier"],
    ["mailto:info@haff.example", "info@haff.example"],
    ["https://haff.example", "Nr. 5 im Mai"],
  ])("to %j on %j are fine", (url, text) => expect(linkFindings({ url, text })).toEqual([]));

  it("are found in texts, buttons, pictures and marks", () => {
    expect(preflight({ ...FINE, body: "Siehe http://haff.example." })).toMatchObject([{ code: "plain_http" }]);
    const link: Json = { type: "link", attrs: { href: "/x" } };
    expect(of({ type: "button", attrs: { href: "" }, content: [words("Los")] }, paragraph(words("da", link)))).toEqual([
      "empty_link: Los",
      "relative_link: da",
    ]);
  });
});

describe("values", () => {
  it("must be known, and have something in their place when they may be missing", () => {
    expect(preflight({ ...FINE, body: "{{frstName}} {{firstName}} {{name}}" })).toEqual([
      { code: "unknown_variable", severity: "error", where: "frstName" },
      { code: "no_fallback", severity: "warning", where: "firstName" },
    ]);
    const variables = [{ name: "firstName", fallback: "Gast" }];
    expect(preflight({ ...FINE, body: "{{firstName}} {{boat}}", variables, ownVariables: ["boat"] })).toMatchObject([
      { code: "no_fallback", where: "boat" },
    ]);
  });

  it("of a list belong into its repeat", () => {
    const inside = { type: "repeat", attrs: { list: "people" }, content: [paragraph(chip("people.name"))] };
    expect(of(inside)).toEqual([]);
    expect(of(paragraph(chip("people.name")))).toEqual(["entry_outside: people.name"]);
    expect(of({ type: "repeat", attrs: { list: "boats" }, content: [paragraph(words("x"))] })).toEqual([
      "no_list: boats",
    ]);
  });
});

describe("looks", () => {
  it("asks for words beside pictures", () => {
    expect(of({ type: "image", attrs: { src: "file:a1" } })).toEqual(["no_alt"]);
    expect(of({ type: "image", attrs: { src: "file:a1", alt: "Boot" } })).toEqual([]);
  });

  it("measures text against what is behind it", () => {
    expect(of(paragraph(words("grau", color("#767676"))))).toEqual([]);
    expect(of(paragraph(words("grau", color("#777777"))))).toEqual(["low_contrast: grau"]);
    const dark = {
      type: "section",
      attrs: { background: "#101010" },
      content: [paragraph(words("hell", color("#ffffff")))],
    };
    expect(of(dark)).toEqual([]);
    const found = preflight({
      ...FINE,
      document: JSON.stringify({ type: "doc", content: [paragraph(words("x", color("#777777")))] }),
    });
    expect(found[0]?.figure).toBe(4.4);
  });
});

describe("the whole", () => {
  it("needs a subject and words", () => {
    expect(preflight({ ...FINE, subject: " ", body: "" }).map(({ code }) => code)).toEqual(["no_subject", "no_text"]);
    expect(preflight({ ...FINE, channel: "sms", subject: "" })).toEqual([]);
    expect(preflight({ ...FINE, subject: "x".repeat(71) })).toMatchObject([{ code: "long_subject", figure: 71 }]);
    expect(of(paragraph())).toEqual(["no_text"]);
  });

  it("must be light, and leave a way out of marketing", () => {
    const html = `<a href="https://x.example/u/abc">${"ä".repeat(52 * 1_024)}`;
    expect(preflight({ ...FINE, rendered: { html, text: "" } })).toMatchObject([{ code: "heavy_html", figure: 105 }]);
    const plain = { html: "<p>x</p>", text: "x" };
    expect(preflight({ ...FINE, purpose: "marketing", rendered: plain })).toMatchObject([{ code: "no_unsubscribe" }]);
    expect(preflight({ ...FINE, purpose: "transactional", rendered: plain })).toEqual([]);
    expect(
      preflight({ ...FINE, imagesBytes: 2_000_000, channel: "sms", smsSegments: 4 }).map(({ code }) => code),
    ).toEqual(["heavy_images", "many_segments"]);
  });

  it("says when a document cannot be read, and tells everything once with errors first", () => {
    expect(preflight({ ...FINE, document: "{" })).toMatchObject([{ code: "unreadable", severity: "error" }]);
    expect(preflight({ ...FINE, body: "http://a.example {{firstName}} {{x}} {{x}}" }).map(({ code }) => code)).toEqual([
      "unknown_variable",
      "plain_http",
      "no_fallback",
    ]);
  });
});
