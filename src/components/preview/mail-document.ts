import { WRITING_GAP } from "../../../convex/templates/variables";

/** How mail programs show a mail: as it is, in the dark colours it brings, or inverted because it brings none. */
export const LOOKS = ["light", "dark", "inverted"] as const;
export type Look = (typeof LOOKS)[number];

const DARK_QUERY = /@media\s*\(\s*prefers-color-scheme:\s*dark\s*\)/g;
const MARK = "background:#fdf0c4;color:#6b4a00;border-radius:3px;padding:0 4px;font-weight:600";
const INVERTED =
  "<style>html{background:#fff;filter:invert(1) hue-rotate(180deg)}img{filter:invert(1) hue-rotate(180deg)}</style>";
/** Pictures may come from anywhere, as they do in a mailbox; nothing else is loaded. */
const POLICY = `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src https: http: data: blob:; style-src 'unsafe-inline'">`;

/**
 * A mail of our own for the frame: its dark colours by the look that was chosen instead of by the reader's machine, links
 * in a window of their own, missing values marked.
 */
export function mailDocument(html: string, look: Look): string {
  const dark = look === "dark" ? "@media all" : "@media not all";
  const marked = html.replace(DARK_QUERY, dark).replace(WRITING_GAP, `<mark style="${MARK}">$1</mark>`);
  const head = `${POLICY}<base target="_blank">${look === "inverted" ? INVERTED : ""}`;
  return marked.includes("<head>") ? marked.replace("<head>", `<head>${head}`) : `${head}${marked}`;
}
