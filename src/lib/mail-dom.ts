// What is done to a foreign mail after cleaning: remote content held back, quoted tail folded, links made harmless.

const QUOTE_SELECTOR =
  ".gmail_quote, .gmail_quote_container, blockquote[type=cite], #appendonsend, #divRplyFwdMsg, .moz-cite-prefix, .yahoo_quoted";

const REMOTE_URL = /url\(\s*['"]?\s*(?:https?:)?\/\/[^)]*\)/gi;
const DARK_QUERY = /\(\s*prefers-color-scheme\s*:\s*dark\s*\)/gi;
const REMOTE_IMPORT = /@import[^;]*;?/gi;

/** Takes out pictures and styles from other servers unless `showRemote`. True when there were any. */
export function holdBackRemote(body: HTMLElement, showRemote: boolean): boolean {
  const styles = holdBackStyles(body, showRemote);
  return holdBackPictures(body, showRemote) || styles;
}

function holdBackPictures(body: HTMLElement, showRemote: boolean): boolean {
  let found = false;
  for (const element of body.querySelectorAll("img[src], [background]")) {
    for (const name of ["src", "background"]) {
      const value = element.getAttribute(name) ?? "";
      if (value === "" || value.startsWith("data:image/")) continue;
      // cid: pictures point into the mail; without a resolved file there is nothing to load.
      const isRemote = /^(https?:)?\/\//i.test(value);
      found ||= isRemote;
      if (!isRemote || !showRemote) element.removeAttribute(name);
    }
  }
  return found;
}

function holdBackStyles(body: HTMLElement, showRemote: boolean): boolean {
  let found = false;
  for (const element of body.querySelectorAll("[style]")) {
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

/** Takes out what a mail program repeated unless `showQuote`. False when the mail is nothing but that. */
export function foldQuotes(body: HTMLElement, showQuote: boolean): boolean {
  const quotes = [...body.querySelectorAll(QUOTE_SELECTOR)];
  if (quotes.length === 0 || !hasOwnText(body)) return false;
  if (!showQuote) for (const quote of quotes) quote.remove();
  return true;
}

function hasOwnText(body: HTMLElement): boolean {
  const copy = body.cloneNode(true) as HTMLElement;
  for (const quote of copy.querySelectorAll(QUOTE_SELECTOR)) quote.remove();
  return (copy.textContent ?? "").trim() !== "";
}

/**
 * Mails lie on a light page in both themes. Their rules for the dark must not apply halfway: the page colour they count
 * on sits on the body element, which does not survive the cleaning.
 */
export function keepLight(body: HTMLElement): void {
  for (const sheet of body.querySelectorAll("style")) {
    sheet.textContent = (sheet.textContent ?? "").replace(DARK_QUERY, "(max-width: 0)");
  }
}

/** Links open in a tab of their own that knows nothing of this one. */
export function openLinksOutside(body: HTMLElement): void {
  for (const link of body.querySelectorAll("a[href]")) {
    link.setAttribute("target", "_blank");
    link.setAttribute("rel", "noopener noreferrer");
  }
}
