import { describe, expect, it } from "vitest";
import { unsubscribeHtml } from "./unsubscribeHtml";

describe("unsubscribeHtml", () => {
  it.each([
    ["de-CH", "Abmelden"],
    ["nl", "Afmelden"],
    ["fr-FR", "Unsubscribe"],
  ])("speaks the language of %s", (locale, title) => {
    expect(unsubscribeHtml(locale, { kind: "unknown" })).toContain(`<h1>${title}</h1>`);
  });

  it("has a button only where there is a question", () => {
    const about = { orgName: "Haff", address: "max@example.org" };
    expect(unsubscribeHtml("de", { kind: "question", ...about })).toContain('<form method="post">');
    expect(unsubscribeHtml("de", { kind: "done", ...about })).not.toContain("<form");
  });

  it("escapes what others chose", () => {
    const html = unsubscribeHtml("en", { kind: "done", orgName: `<script>"&'`, address: "a@b.example" });
    expect(html).not.toContain("<script>");
    expect(html).toContain("&lt;script&gt;&quot;&amp;&#39;");
  });
});
