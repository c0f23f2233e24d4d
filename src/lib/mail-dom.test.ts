import { describe, expect, it } from "vitest";
import { foldQuotes, holdBackRemote, keepLight, openLinksOutside } from "./mail-dom";

function bodyOf(html: string): HTMLElement {
  const body = document.createElement("div");
  body.innerHTML = html;
  return body;
}

describe("holdBackRemote", () => {
  it("takes remote pictures out until asked, and keeps those inside the mail", () => {
    const mail = `<img src="https://tracker.example/open.gif"><img src="data:image/png;base64,AAAA">`;
    const held = bodyOf(mail);
    expect(holdBackRemote(held, false)).toBe(true);
    expect(held.innerHTML).not.toContain("tracker.example");
    expect(held.innerHTML).toContain("data:image/png");
    const shown = bodyOf(mail);
    expect(holdBackRemote(shown, true)).toBe(true);
    expect(shown.innerHTML).toContain("https://tracker.example/open.gif");
  });

  it("takes out what styles and backgrounds would load", () => {
    const body = bodyOf(
      `<style>@import url(https://a.example/x.css); p { background: url("//b.example/y.png") }</style>` +
        `<p style="background-image:url(https://c.example/z.png)">Hi</p><table background="http://d.example/t.png"></table>`,
    );
    expect(holdBackRemote(body, false)).toBe(true);
    expect(body.innerHTML).not.toMatch(/[abcd]\.example/);
  });

  it("is silent where nothing is remote", () => {
    expect(holdBackRemote(bodyOf(`<p style="color:red">Plain</p><img src="cid:logo">`), false)).toBe(false);
  });
});

describe("foldQuotes", () => {
  const mail = `<p>Ja, gern.</p><div class="gmail_quote"><p>Am Montag schrieb Mira</p></div>`;

  it("takes the quoted tail out until asked", () => {
    const folded = bodyOf(mail);
    expect(foldQuotes(folded, false)).toBe(true);
    expect(folded.textContent).toBe("Ja, gern.");
    const open = bodyOf(mail);
    expect(foldQuotes(open, true)).toBe(true);
    expect(open.textContent).toContain("Mira");
  });

  it("never empties a mail that is nothing but a quote", () => {
    const body = bodyOf(`<div class="gmail_quote"><p>Forwarded</p></div>`);
    expect(foldQuotes(body, false)).toBe(false);
    expect(body.textContent).toBe("Forwarded");
  });
});

describe("keepLight", () => {
  it("switches off the rules for the dark and leaves the others", () => {
    const body = bodyOf(`<style>p{color:red}@media (prefers-color-scheme: dark){p{color:white}}</style>`);
    keepLight(body);
    expect(body.innerHTML).not.toContain("prefers-color-scheme");
    expect(body.innerHTML).toContain("p{color:red}");
  });
});

describe("openLinksOutside", () => {
  it("opens links in a new tab that knows nothing of us", () => {
    const body = bodyOf(`<a href="https://example.org">x</a>`);
    openLinksOutside(body);
    expect(body.innerHTML).toContain(`target="_blank"`);
    expect(body.innerHTML).toContain("noopener noreferrer");
  });
});
