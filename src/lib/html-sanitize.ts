import DOMPurify from "dompurify";

// Foreign HTML is cleaned here and then shown in a sandboxed frame without scripts. Two doors, both shut.

export type CleanMail = {
  html: string;
  /** True when pictures or styles from elsewhere were held back: loading them tells the sender that it was read. */
  hasRemoteContent: boolean;
  hasQuote: boolean;
};

const QUOTE_SELECTOR =
  ".gmail_quote, .gmail_quote_container, blockquote[type=cite], #appendonsend, #divRplyFwdMsg, .moz-cite-prefix, .yahoo_quoted";

const REMOTE_URL = /url\(\s*['"]?\s*(?:https?:)?\/\/[^)]*\)/gi;
const REMOTE_IMPORT = /@import[^;]*;?/gi;

/** Cleans a mail for the frame. Remote pictures are left out unless `showRemote`, the quoted tail unless `showQuote`. */
export function cleanMailHtml(html: string, options: { showRemote: boolean; showQuote: boolean }): CleanMail {
  const body = DOMPurify.sanitize(html, {
    RETURN_DOM: true,
    WHOLE_DOCUMENT: false,
    FORCE_BODY: true,
    ADD_TAGS: ["style"],
    FORBID_TAGS: ["form", "input", "button", "textarea", "select", "video", "audio", "source", "iframe", "svg", "math"],
    FORBID_ATTR: ["srcset", "ping", "action", "formaction", "poster"],
  }) as HTMLElement;
  const hasRemoteContent = holdBackRemote(body, options.showRemote);
  const quotes = [...body.querySelectorAll(QUOTE_SELECTOR)];
  const hasQuote = quotes.length > 0 && hasTextOutside(body, quotes);
  if (hasQuote && !options.showQuote) for (const quote of quotes) quote.remove();
  for (const link of body.querySelectorAll("a[href]")) {
    link.setAttribute("target", "_blank");
    link.setAttribute("rel", "noopener noreferrer");
  }
  return { html: body.innerHTML, hasRemoteContent, hasQuote };
}

function holdBackRemote(body: HTMLElement, showRemote: boolean): boolean {
  let found = false;
  for (const image of body.querySelectorAll("img[src], [background]")) {
    for (const name of ["src", "background"]) {
      const value = image.getAttribute(name) ?? "";
      if (value === "" || value.startsWith("data:image/")) continue;
      // cid: pictures point into the mail; without a resolved file there is nothing to load.
      const isRemote = /^(https?:)?\/\//i.test(value);
      found ||= isRemote;
      if (!isRemote || !showRemote) image.removeAttribute(name);
    }
  }
  for (const element of body.querySelectorAll<HTMLElement>("[style]")) {
    const style = element.getAttribute("style") ?? "";
    const held = style.replace(REMOTE_URL, "none");
    found ||= held !== style;
    if (!showRemote) element.setAttribute("style", held);
  }
  for (const sheet of body.querySelectorAll("style")) {
    const css = sheet.textContent ?? "";
    const held = css.replace(REMOTE_IMPORT, "").replace(REMOTE_URL, "none");
    found ||= held !== css;
    if (!showRemote) sheet.textContent = held;
  }
  return found;
}

function hasTextOutside(body: HTMLElement, quotes: readonly Element[]): boolean {
  const copy = body.cloneNode(true) as HTMLElement;
  for (const quote of copy.querySelectorAll(QUOTE_SELECTOR)) quote.remove();
  return quotes.length > 0 && (copy.textContent ?? "").trim() !== "";
}

/** Cleans what our own editor wrote, to be shown inline: text marks, lists and links, nothing else. */
export function cleanRichText(html: string): string {
  const body = DOMPurify.sanitize(html, {
    RETURN_DOM: true,
    ALLOWED_TAGS: ["p", "br", "strong", "b", "em", "i", "u", "s", "ul", "ol", "li", "a", "code", "pre", "blockquote"],
    ALLOWED_ATTR: ["href"],
    ALLOWED_URI_REGEXP: /^(?:https?|mailto|tel):/i,
  }) as HTMLElement;
  for (const link of body.querySelectorAll("a[href]")) {
    link.setAttribute("target", "_blank");
    link.setAttribute("rel", "noopener noreferrer");
  }
  return body.innerHTML;
}

/** The document put into the sandboxed frame. The policy repeats in the browser what the cleaning already did. */
export function frameDocument(html: string, showRemote: boolean): string {
  const images = showRemote ? "https: http: data:" : "data:";
  return `<!doctype html><html><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src ${images}; style-src 'unsafe-inline'">
<style>html{overflow:hidden}body{margin:0;padding:1px;font:14px/1.5 -apple-system,"Segoe UI",Roboto,"Liberation Sans",Arial,sans-serif;color:#191e25;background:#fff;overflow-wrap:anywhere}img{max-width:100%;height:auto}table{max-width:100%}a{color:#0b6b75}blockquote{margin:0 0 0 8px;padding-left:12px;border-left:2px solid #c9ced5}</style>
</head><body>${html}</body></html>`;
}
