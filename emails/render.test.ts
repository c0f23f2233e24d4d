import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { EmailBlock } from "../convex/templates/documents/blocks";
import { textOfBlocks } from "../convex/templates/documents/text";
import { EMAIL_LAYOUTS } from "../convex/templates/schema";
import { accentOf, linkParts, paragraphsOf, safeUrl } from "./content";
import { PREVIEW_CONTENT } from "./preview-content";
import { renderEmail } from "./render";

const HOSTILE = `<script>alert("x")</script><img src=x onerror=alert(1)> & "Muster" 'Co'`;

function bodyOf(html: string): string {
  return html.slice(html.indexOf("<body")).replaceAll("<!-- -->", "");
}

describe.each(EMAIL_LAYOUTS)("layout %s", (layout) => {
  it("sets the whole content as HTML and as text", async () => {
    const { html, text } = await renderEmail({ ...PREVIEW_CONTENT, layout });
    expect(html).toMatch(/^<!DOCTYPE html/);
    expect(html).toContain('lang="de-DE"');
    expect(html).toContain("<title>Ihr Grundkurs Segeln ist gebucht</title>");
    expect(html).toContain("prefers-color-scheme: dark");
    for (const part of ["Guten Tag Frau Muster,", "Am Hafen 3, 17373 Ueckermünde", "Segelschule Haff"]) {
      expect(bodyOf(html)).toContain(part);
      expect(text).toContain(part);
    }
    expect(bodyOf(html)).toContain('href="https://haff-segeln.example/anfahrt"');
    expect(bodyOf(html)).toContain('href="https://haff-segeln.example/u/abc"');
    expect(text).toContain("Solche Nachrichten abbestellen: https://haff-segeln.example/u/abc");
    expect(text).not.toMatch(/<[a-z]/i);
  });

  it("prints no braces", async () => {
    const { html, text } = await renderEmail({ ...PREVIEW_CONTENT, layout });
    expect(bodyOf(html)).not.toMatch(/[{}]/);
    expect(text).not.toMatch(/[{}]/);
  });

  it("escapes everything it is given", async () => {
    const { html } = await renderEmail({
      layout,
      brand: { name: HOSTILE, tagline: HOSTILE, imprint: [HOSTILE], websiteUrl: "javascript:alert(1)" },
      locale: 'de"><script>',
      subject: HOSTILE,
      paragraphs: [HOSTILE],
      facts: [{ label: HOSTILE, value: HOSTILE }],
      action: { label: HOSTILE, url: "javascript:alert(1)" },
      signature: HOSTILE,
      quote: { author: HOSTILE, text: HOSTILE },
      unsubscribeUrl: "data:text/html,x",
    });
    expect(html).not.toMatch(/<script|<img|href="(javascript|data):/i);
    expect(bodyOf(html)).toContain("&lt;script&gt;");
  });

  it("offers no way out where none was given", async () => {
    const { html, text } = await renderEmail({ ...PREVIEW_CONTENT, layout, unsubscribeUrl: undefined });
    expect(html + text).not.toContain("abbestellen");
  });
});

const DOCUMENT: EmailBlock[] = [
  { kind: "heading", level: 2, align: "left", inlines: [{ kind: "text", text: "An Bord", look: {} }] },
  {
    kind: "paragraph",
    align: "center",
    inlines: [
      { kind: "text", text: "Willkommen ", look: { isBold: true, color: "#0f5c7a" } },
      { kind: "text", text: "hier", look: { url: "https://a.example/x" } },
      { kind: "break" },
      { kind: "text", text: HOSTILE, look: { url: "javascript:alert(1)" } },
    ],
  },
  { kind: "button", align: "left", url: "https://a.example/los", inlines: [{ kind: "text", text: "Los", look: {} }] },
  { kind: "button", align: "left", url: "data:text/html,x", inlines: [{ kind: "text", text: "Nie", look: {} }] },
  { kind: "image", src: "https://files.example/boot.png", alt: "Ein Boot", align: "center", width: 400 },
  { kind: "divider" },
  {
    kind: "section",
    background: "#12343b",
    blocks: [{ kind: "paragraph", align: "left", inlines: [{ kind: "text", text: "Dunkel", look: {} }] }],
  },
  {
    kind: "columns",
    columns: [
      [{ kind: "paragraph", align: "left", inlines: [{ kind: "text", text: "Links", look: {} }] }],
      [
        {
          kind: "list",
          isOrdered: false,
          items: [[{ kind: "paragraph", align: "left", inlines: [{ kind: "text", text: "Punkt", look: {} }] }]],
        },
      ],
    ],
  },
];

describe.each(EMAIL_LAYOUTS)("a document in layout %s", (layout) => {
  it("is set instead of the paragraphs, escaped and with safe addresses only", async () => {
    const paragraphs = textOfBlocks(DOCUMENT);
    const { html, text } = await renderEmail({ ...PREVIEW_CONTENT, paragraphs, layout, blocks: DOCUMENT });
    const body = bodyOf(html);
    for (const part of ["An Bord", "Willkommen", "&lt;script&gt;", "Ein Boot", "Dunkel", "Links", "Punkt"]) {
      expect(body).toContain(part);
    }
    expect(body).toContain('href="https://a.example/los"');
    expect(body).toContain('src="https://files.example/boot.png"');
    expect(body).toMatch(/background-color:#12343b/);
    expect(body).not.toContain("Nie");
    expect(html).not.toMatch(/<script|href="(javascript|data):/i);
    expect(text).toContain("hier (https://a.example/x)");
    expect(text).toContain("Los:\nhttps://a.example/los");
  });
});

describe("frame", () => {
  it.each([
    ["de-CH", "Sie erhalten diese Nachricht"],
    ["nl", "U ontvangt dit bericht"],
    ["en-GB", "You receive this message"],
    ["fr", "You receive this message"],
  ])("speaks the language of %s", async (locale, words) => {
    const { text } = await renderEmail({ ...PREVIEW_CONTENT, layout: "reminder", locale });
    expect(text).toContain(words);
  });

  it("quotes what a reply answers", async () => {
    const { text } = await renderEmail({ ...PREVIEW_CONTENT, layout: "agent_reply" });
    expect(text).toContain("Erika Muster schrieb:\n> Kann ich meinen Hund mitbringen?");
    expect(text).toContain("Jule Petersen");
    expect(text).not.toContain("Buchung ansehen");
  });
});

describe("content", () => {
  it("parts paragraphs at blank lines and keeps line breaks", () => {
    expect(paragraphsOf("a\r\nb\r\n\r\n  \n c \n\n\n")).toEqual(["a\nb", "c"]);
    expect(paragraphsOf(" \n\n ")).toEqual([]);
  });

  it("links addresses without the punctuation behind them", () => {
    expect(linkParts("Siehe https://a.example/x?y=1. Danke")).toEqual([
      { text: "Siehe ", url: null },
      { text: "https://a.example/x?y=1", url: "https://a.example/x?y=1" },
      { text: ". Danke", url: null },
    ]);
  });

  it("loses no character when it looks for links", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "grapheme" }),
        (text) =>
          linkParts(text)
            .map((p) => p.text)
            .join("") === text,
      ),
    );
  });

  it("links to web addresses only", () => {
    expect(safeUrl("https://a.example/ü")).toBe("https://a.example/ü");
    for (const url of ["javascript:alert(1)", "data:text/html,x", "mailto:a@b.c", "/x", "", undefined]) {
      expect(safeUrl(url)).toBeNull();
    }
  });

  it("chooses readable text for any accent colour", () => {
    const brand = { name: "x", imprint: [] };
    expect(accentOf({ ...brand, accentColor: "#ffd400" }).onAccent).toBe("#16191d");
    expect(accentOf({ ...brand, accentColor: "#0f5c7a" }).onAccent).toBe("#ffffff");
    expect(accentOf({ ...brand, accentColor: "red;background:url(x)" }).accent).toBe("#0f5c7a");
  });
});
