import { describe, expect, it } from "vitest";
import { quoteBoundary } from "../../intake/email/quoteBoundary";
import { attribution, quotedBody, replyQuote } from "./quote";

const AT = Date.UTC(2026, 2, 3, 13, 5);
const MAX = { name: "Max  Muster", address: "max@example.org", at: AT };
const BERLIN = "Europe/Berlin";

describe("the line above a quote", () => {
  it.each([
    ["de", "Am 3. März 2026 um 14:05 schrieb Max Muster <max@example.org>:"],
    ["en", "On 3 March 2026 at 14:05, Max Muster <max@example.org> wrote:"],
    ["nl", "Op 3 maart 2026 om 14:05 schreef Max Muster <max@example.org>:"],
  ] as const)("is in %s, and is what parts the mail that answers it", (language, line) => {
    expect(attribution(MAX, { language, timezone: BERLIN })).toBe(line);
    expect(quoteBoundary(["Danke!", "", line, "> Hallo"])).toBe(2);
  });

  it("is without an address where there is none", () => {
    expect(attribution({ name: "Anna", at: AT }, { language: "en", timezone: "UTC" })).toBe(
      "On 3 March 2026 at 13:05, Anna wrote:",
    );
  });
});

describe("the quote below an answer", () => {
  const quoted = (mail: Parameters<typeof quotedBody>[0]) =>
    replyQuote({ ...MAX, ...mail }, { language: "en", timezone: BERLIN });

  it("marks each line, and older quotes once more", () => {
    const { text } = quoted({ text: "Wann?\n\nGruß", quotedText: "> Alt\nMehr" });
    expect(text.split("\n").slice(1)).toEqual(["> Wann?", ">", "> Gruß", ">", ">> Alt", "> Mehr"]);
  });

  it("is what mail programs fold, without scripts, pictures and foreign attributes", () => {
    const { html } = quoted({
      text: "Hallo",
      html: '<div onclick="x()">Hallo<div>Max</div></div><img src="https://x.example/pixel"><script>alert(1)</script>',
    });
    expect(html).toMatch(
      /^<div class="gmail_quote"><p>On .*&lt;max@example\.org&gt; wrote:<\/p><blockquote type="cite">/,
    );
    expect(html).toContain("Hallo<br>Max");
    expect(html).not.toMatch(/onclick|img|script|alert/);
  });

  it("escapes what stands in a name or in plain text", () => {
    const { html } = replyQuote({ name: "<b>Max", at: AT, text: "1 < 2 <img>" }, { language: "en", timezone: BERLIN });
    expect(html).toContain("&lt;b&gt;Max");
    expect(html).toContain("<p>1 &lt; 2 &lt;img&gt;</p>");
  });
});

describe("what is repeated", () => {
  const BOUNDS = { text: 100, html: 200 };

  it("keeps the newest words and leaves out the oldest", () => {
    const { text } = quotedBody({ text: "neu", quotedText: `alt\n${"älter ".repeat(50)}` }, BOUNDS);
    expect(text).toBe("neu\n\nalt\n[…]");
    expect(quotedBody({ text: "x".repeat(500) }, BOUNDS).text).toHaveLength(100 + "\n[…]".length);
  });

  it("gives up quotes within quotes, innermost first, then the form", () => {
    const nested = (inner: string) => `<p>neu</p><blockquote><p>alt</p><blockquote>${inner}</blockquote></blockquote>`;
    expect(quotedBody({ text: "neu", html: nested("<p>uralt</p>") }, BOUNDS).html).toContain("uralt");
    const { html } = quotedBody({ text: "neu", html: nested("x".repeat(300)) }, BOUNDS);
    expect(html).toBe("<p>neu</p><blockquote><p>alt</p></blockquote>");
    expect(quotedBody({ text: "neu", html: `<p>${"x".repeat(300)}</p>` }, BOUNDS).html).toBe("<p>neu</p>");
    expect(quotedBody({ text: "neu", html: "<b>".repeat(5_000) }, BOUNDS).html).toBe("<p>neu</p>");
  });

  it("keeps lines and cells of foreign mails apart", () => {
    const html = "<div>eins</div><div><br></div><table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>";
    expect(quotedBody({ text: "x", html }, { text: 100, html: 1_000 }).html.replace(/\s+/g, " ")).toBe(
      "eins<br><br> a b <br> c <br>",
    );
  });
});
