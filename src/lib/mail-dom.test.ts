import { describe, expect, it } from "vitest";
import { foldQuotes, holdBackRemote, keepInFlow, keepLight, openLinksOutside, placePictures } from "./mail-dom";

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

  it("takes out everything after Outlook's mark, wherever it stands", () => {
    const outlook =
      `<div><p>Ja.</p><div><div style="border:none;border-top:solid #E1E1E1 1.0pt"><b>Von:</b> Uns</div></div>` +
      `<p>Alt eins</p></div><p>Alt zwei</p>`;
    const folded = bodyOf(outlook);
    expect(foldQuotes(folded, false)).toBe(true);
    expect(folded.textContent).toBe("Ja.");
    const open = bodyOf(outlook);
    expect(foldQuotes(open, true)).toBe(true);
    expect(open.textContent).toContain("Alt zwei");
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

describe("placePictures", () => {
  it("shows the mail's own pictures without asking, and leaves a gap for the others", () => {
    const body = bodyOf(`<img src="cid:logo@x"><img src="CID:fehlt"><img src="https://t.example/p.gif">`);
    placePictures(body, new Map([["logo@x", "https://files.example/1"]]));
    expect(holdBackRemote(body, false)).toBe(true);
    expect([...body.querySelectorAll("img")].map((image) => image.getAttribute("src"))).toEqual([
      "https://files.example/1",
      null,
      null,
    ]);
  });
});

describe("keepInFlow", () => {
  it("takes out what lays a mail over itself", () => {
    const body = bodyOf(`<style>p{position : FIXED}</style><p style="position:absolute;top:0">x</p>`);
    keepInFlow(body);
    expect(body.innerHTML).not.toMatch(/fixed|absolute/i);
  });
});
