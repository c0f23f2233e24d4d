// Agents' replies go out as simple HTML: what the editor can make and every mail program can show. Pure, no DOM: it
// runs inside a mutation. Everything not on the list is dropped; text is always escaped again.

const ALLOWED_TAGS = new Set("p br hr strong b em i u s a ul ol li blockquote code pre h1 h2 h3".split(" "));
const VOID_TAGS = new Set(["br", "hr"]);
/** Elements whose content is no text to anybody. */
const SILENT_TAGS = new Set([
  "script",
  "style",
  "head",
  "title",
  "template",
  "noscript",
  "iframe",
  "object",
  "svg",
  "math",
]);
/** Elements that are dropped and yet begin a line of their own: mails are made of them. */
const BLOCK_TAGS = new Set(
  "div section article header footer main center address table tr h4 h5 h6 dl dt dd figure figcaption".split(" "),
);
const CELL_TAGS = new Set(["td", "th"]);
/** After these a line has begun already. */
const LINE_BEGUN = /(?:^|<(?:br|hr|\/?(?:p|ul|ol|li|blockquote|pre|h[1-3]))>)\s*$/;
const SAFE_HREF = /^(?:https?:\/\/|mailto:|tel:)/i;

const ENTITIES: Record<string, string> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
  "#39": "'",
  nbsp: "\u00a0",
};

/** One piece of the source: a tag with its name and the text of its attributes, or text. */
type Token = { kind: "text"; text: string } | { kind: "open" | "close"; tag: string; attributes: string };

const TAG = /<(\/?)([a-zA-Z][a-zA-Z0-9]*)((?:"[^"]*"|'[^']*'|[^'">])*)>/g;

function tokens(html: string): Token[] {
  const found: Token[] = [];
  let end = 0;
  for (const match of html.matchAll(TAG)) {
    found.push({ kind: "text", text: html.slice(end, match.index) });
    const tag = (match[2] ?? "").toLowerCase();
    found.push({ kind: match[1] === "/" ? "close" : "open", tag, attributes: match[3] ?? "" });
    end = match.index + match[0].length;
  }
  found.push({ kind: "text", text: html.slice(end) });
  return found;
}

function decode(text: string): string {
  return text.replace(/&(#x[0-9a-f]{1,6}|#\d{1,7}|[a-z]{2,6}|#39);/gi, (whole, name: string) => {
    const known = ENTITIES[name.toLowerCase()];
    if (known !== undefined) return known;
    if (!name.startsWith("#")) return whole;
    const code =
      name[1]?.toLowerCase() === "x" ? Number.parseInt(name.slice(2), 16) : Number.parseInt(name.slice(1), 10);
    return code > 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff) ? String.fromCodePoint(code) : "";
  });
}

/** Text as HTML shows it literally. */
export function escapeHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}

const ATTRIBUTES = {
  href: /(?:^|\s)href\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))/i,
  src: /(?:^|\s)src\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))/i,
  alt: /(?:^|\s)alt\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))/i,
};

function attribute(attributes: string, name: keyof typeof ATTRIBUTES): string {
  const match = ATTRIBUTES[name].exec(attributes);
  return decode(match?.[1] ?? match?.[2] ?? match?.[3] ?? "").trim();
}

function openTag(tag: string, attributes: string): string {
  if (tag !== "a") return `<${tag}>`;
  const href = attribute(attributes, "href");
  return SAFE_HREF.test(href) ? `<a href="${escapeHtml(href)}">` : "<a>";
}

/**
 * The HTML with only paragraphs, breaks, emphasis, lists, quotes, code, headings, links to http(s), mailto and tel, and
 * those pictures whose Content-ID is in `pictures`.
 * Comments, other tags and all other attributes are dropped, tags are balanced, and the content of scripts and styles
 * disappears.
 */
export function simpleHtml(html: string, pictures: ReadonlySet<string> = NO_PICTURES): string {
  return simplified(html, (tag, { attributes }) => (tag === "img" ? picture(attributes, pictures) : ""));
}

const NO_PICTURES: ReadonlySet<string> = new Set();

/** A picture that goes along with the mail, by its Content-ID; any other is dropped. */
function picture(attributes: string, pictures: ReadonlySet<string>): string {
  const id = /^cid:(.+)$/i.exec(attribute(attributes, "src"))?.[1] ?? "";
  if (!pictures.has(id)) return "";
  const alt = escapeHtml(attribute(attributes, "alt"));
  return `<img src="cid:${escapeHtml(id)}" alt="${alt}" style="max-width:100%;height:auto">`;
}

/** The same of a foreign mail, whose lines and cells are elements that are dropped: they stay apart. */
export function htmlWithBreaks(html: string): string {
  return simplified(html, (tag, { before }) => {
    if (BLOCK_TAGS.has(tag)) return LINE_BEGUN.test(before.slice(-MAX_TAIL_CHARS)) ? "" : "<br>";
    return CELL_TAGS.has(tag) ? " " : "";
  });
}

/** What is looked at before a dropped element: the last tag and the white space after it. */
const MAX_TAIL_CHARS = 200;

type Dropped = { before: string; attributes: string };

/** `instead`: what stands where an element is dropped. */
function simplified(html: string, instead: (tag: string, dropped: Dropped) => string): string {
  const open: string[] = [];
  let silent: string | null = null;
  let result = "";
  for (const token of tokens(html.replace(/<!--[\s\S]*?(?:-->|$)/g, ""))) {
    if (silent !== null) {
      if (token.kind === "close" && token.tag === silent) silent = null;
      continue;
    }
    if (token.kind === "text") {
      result += escapeHtml(decode(token.text));
    } else if (token.kind === "open" && SILENT_TAGS.has(token.tag)) {
      silent = token.tag;
    } else if (ALLOWED_TAGS.has(token.tag)) {
      if (VOID_TAGS.has(token.tag)) result += `<${token.tag}>`;
      else if (token.kind === "open") {
        open.push(token.tag);
        result += openTag(token.tag, token.attributes);
      } else result += closeTags(open, token.tag);
    } else {
      result += instead(token.tag, { before: result, attributes: token.attributes });
    }
  }
  return (
    result +
    open
      .toReversed()
      .map((tag) => `</${tag}>`)
      .join("")
  );
}

/** Closes the innermost open `tag` and everything inside it; nothing when it is not open. */
function closeTags(open: string[], tag: string): string {
  const index = open.lastIndexOf(tag);
  if (index < 0) return "";
  return open
    .splice(index)
    .toReversed()
    .map((each) => `</${each}>`)
    .join("");
}

/** Plain text as HTML: blank lines part paragraphs, line ends become breaks. */
export function htmlOfText(text: string): string {
  return text
    .replace(/\r\n?/g, "\n")
    .split(/\n{2,}/)
    .map((paragraph) => paragraph.trim())
    .filter((paragraph) => paragraph !== "")
    .map((paragraph) => `<p>${escapeHtml(paragraph).replaceAll("\n", "<br>")}</p>`)
    .join("");
}
