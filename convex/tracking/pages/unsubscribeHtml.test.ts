import { describe, expect, it } from "vitest";
import { unsubscribeHtml } from "./unsubscribeHtml";

const about = {
  brand: { name: "Haff", imprint: ["Am Strand 12"] },
  address: "max@example.org",
  topic: { de: "Angebote", en: "Offers", nl: "Aanbiedingen" },
  token: "t0ken",
};

describe("unsubscribeHtml", () => {
  it.each([
    ["de-CH", "Abmelden"],
    ["nl", "Afmelden"],
    ["fr-FR", "Unsubscribe"],
  ])("speaks the language of %s", (locale, title) => {
    expect(unsubscribeHtml(locale, { kind: "unknown" })).toContain(`<h1>${title}</h1>`);
  });

  it("asks, and names what and for whom", () => {
    const page = unsubscribeHtml("de", { kind: "question", ...about });
    expect(page).toContain('<form method="post" action="/u/t0ken?lang=de"');
    expect(page).toContain("keine Nachrichten zum Thema „Angebote“ mehr an max@example.org");
    expect(page).toContain('href="/u/t0ken?lang=nl"');
    expect(page).not.toContain('name="undo"');
  });

  it("offers the way back once it is done", () => {
    const page = unsubscribeHtml("en", { kind: "done", ...about });
    expect(page).toContain('name="undo"');
    expect(page).toContain('href="/p/t0ken?lang=en"');
  });

  it("escapes what others chose", () => {
    const brand = { name: `<script>"&'`, imprint: ["<b>"], websiteUrl: "javascript:alert(1)" };
    const page = unsubscribeHtml("en", { kind: "done", ...about, brand });
    expect(page).not.toContain("<script>");
    expect(page).not.toContain("javascript:");
    expect(page).not.toContain("<b>");
    expect(page).toContain("&lt;script&gt;&quot;&amp;&#39;");
  });
});
