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

function openTag(tag: string, attributes: string): string {
  if (tag !== "a") return `<${tag}>`;
  const match = /(?:^|\s)href\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))/i.exec(attributes);
  const href = decode(match?.[1] ?? match?.[2] ?? match?.[3] ?? "").trim();
  return SAFE_HREF.test(href) ? `<a href="${escapeHtml(href)}">` : "<a>";
}

/**
 * The HTML with only paragraphs, breaks, emphasis, lists, quotes, code, headings and links to http(s), mailto and tel.
 * Comments, other tags and all other attributes are dropped, tags are balanced, and the content of scripts and styles
 * disappears.
 */
export function simpleHtml(html: string): string {
  return simplified(html, () => "");
}

/** The same of a foreign mail, whose lines and cells are elements that are dropped: they stay apart. */
export function htmlWithBreaks(html: string): string {
  return simplified(html, (tag, before) => {
    if (BLOCK_TAGS.has(tag)) return LINE_BEGUN.test(before.slice(-MAX_TAIL_CHARS)) ? "" : "<br>";
    return CELL_TAGS.has(tag) ? " " : "";
  });
}

/** What is looked at before a dropped element: the last tag and the white space after it. */
const MAX_TAIL_CHARS = 200;

function simplified(html: string, instead: (tag: string, before: string) => string): string {
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
      result += instead(token.tag, result);
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
