// What is done to a foreign mail after cleaning: remote content held back, quoted tail folded, links made harmless.

const QUOTE_SELECTOR =
  ".gmail_quote, .gmail_quote_container, blockquote[type=cite], .moz-cite-prefix, .yahoo_quoted, .protonmail_quote";
/** Outlook puts no element around what it repeats: everything after one of these is. */
const QUOTE_START =
  '#appendonsend, #divRplyFwdMsg, #mail-editor-reference-message-container, [style*="border-top:solid #E1E1E1" i], [style*="border-top:solid #B5C4DF" i]';
/** What would lay a mail over itself or outgrow its frame. */
const OUT_OF_FLOW = /position\s*:\s*(?:fixed|sticky|absolute)/gi;

const REMOTE_URL = /url\(\s*['"]?\s*(?:https?:)?\/\/[^)]*\)/gi;
const DARK_QUERY = /\(\s*prefers-color-scheme\s*:\s*dark\s*\)/gi;
const REMOTE_IMPORT = /@import[^;]*;?/gi;

/**
 * Puts the mail's own pictures where it names them ("cid:…"), by the addresses of their files. One
 * that is not there stays a gap.
 */
export function placePictures(body: HTMLElement, pictures: ReadonlyMap<string, string>): void {
  for (const image of body.querySelectorAll('img[src^="cid:" i]')) {
    const name = decoded((image.getAttribute("src") ?? "").slice("cid:".length));
    const address = pictures.get(name);
    if (address === undefined) image.removeAttribute("src");
    else {
      image.setAttribute("src", address);
      image.setAttribute(OWN_PICTURE, "");
    }
  }
}

/** Marks pictures that came with the mail: they are not remote, wherever their files lie. */
const OWN_PICTURE = "data-own-picture";

function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

/** Takes out what lays a mail over itself: it is to be read, not to play a window of ours. */
export function keepInFlow(body: HTMLElement): void {
  for (const element of body.querySelectorAll("[style]")) {
    const style = element.getAttribute("style") ?? "";
    element.setAttribute("style", style.replace(OUT_OF_FLOW, "position:static"));
  }
  for (const sheet of body.querySelectorAll("style")) {
    sheet.textContent = (sheet.textContent ?? "").replace(OUT_OF_FLOW, "position:static");
  }
}

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
      if (value === "" || value.startsWith("data:image/") || element.hasAttribute(OWN_PICTURE)) continue;
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
  if (body.querySelector(`${QUOTE_SELECTOR}, ${QUOTE_START}`) === null || !hasOwnText(body)) return false;
  if (!showQuote) removeQuotes(body);
  return true;
}

function hasOwnText(body: HTMLElement): boolean {
  const copy = body.cloneNode(true) as HTMLElement;
  removeQuotes(copy);
  for (const sheet of copy.querySelectorAll("style")) sheet.remove();
  return (copy.textContent ?? "").trim() !== "";
}

function removeQuotes(body: HTMLElement): void {
  for (const quote of body.querySelectorAll(QUOTE_SELECTOR)) quote.remove();
  const start = body.querySelector(QUOTE_START);
  for (let place = start; place !== null && place !== body; place = place.parentElement) {
    while (place.nextSibling !== null) place.nextSibling.remove();
  }
  start?.remove();
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

/** Dims what stands below the line that parts a signature from the words (RFC 3676, 4.3). */
export function dimSignature(body: HTMLElement): void {
  const start = [...body.children].findLast(
    ({ tagName, innerHTML }) => tagName === "P" && /^-- ?(?:<br>|$)/.test(innerHTML),
  );
  if (start === undefined) return;
  const all = [...body.children];
  const dimmed = body.ownerDocument.createElement("div");
  dimmed.className = "text-muted";
  dimmed.dataset.testid = "signature";
  start.before(dimmed);
  dimmed.append(...all.slice(all.indexOf(start)));
}
