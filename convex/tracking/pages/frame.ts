import { accentOf, safeUrl, type EmailBrand } from "../../../emails/content";
import type { CustomerLanguage } from "../../lib/languages";

// What every page that customers open from a message has in common. Whole HTML documents without script: they work in
// any mail program's browser, and a strict content policy can forbid everything else.

/** Text and HTML that is already escaped. */
export type Html = { readonly html: string };

const ENTITIES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

/** Escapes text for HTML, content and attributes alike. */
function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}

type Part = string | number | Html | false | null | readonly (string | Html | false | null)[];

/**
 * HTML from a template: what is put in is escaped unless it is HTML itself; false and null leave nothing. (Not called
 * `html`: Prettier would set the templates its own way and put spaces where there are none.)
 */
export function markup(strings: TemplateStringsArray, ...parts: Part[]): Html {
  const texts = parts.map(partText);
  return { html: strings.map((text, index) => text + (texts[index] ?? "")).join("") };
}

function partText(part: Part): string {
  if (part === false || part === null) return "";
  if (typeof part === "number") return String(part);
  if (typeof part === "string") return escapeHtml(part);
  return "html" in part ? part.html : part.map(partText).join("");
}

export type Frame = {
  language: CustomerLanguage;
  title: string;
  /** Null where the link says nothing about whose it is. */
  brand: EmailBrand | null;
  /** The same page in the other languages; without it there is no switch. */
  languages?: { path: string; label: string };
  body: Html;
};

const LANGUAGE_NAMES: Record<CustomerLanguage, string> = { de: "Deutsch", en: "English", nl: "Nederlands" };

/** The page as a whole document. */
export function pageDocument({ language, title, brand, languages, body }: Frame): string {
  const { accent, onAccent } = accentOf(brand ?? { name: "", imprint: [] });
  const style: Html = { html: `${STYLE}:root { --accent: ${accent}; --on-accent: ${onAccent} }` };
  const page = markup`<!doctype html>
<html lang="${language}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${brand === null ? title : `${title} · ${brand.name}`}</title>
<style>${style}</style>
<body>
<header>${brand !== null && brandName(brand)}${languages !== undefined && languageSwitch(language, languages)}</header>
<main>
<h1>${title}</h1>
${body}
</main>
${brand !== null && imprint(brand)}
</body>
</html>
`;
  return page.html;
}

function brandName({ name, websiteUrl }: EmailBrand): Html {
  const website = safeUrl(websiteUrl);
  const shown = website === null ? markup`${name}` : markup`<a href="${website}">${name}</a>`;
  return markup`<p class="brand">${shown}</p>`;
}

function imprint(brand: EmailBrand): Html {
  return markup`<footer>${brand.imprint.map((line) => markup`<p>${line}</p>`)}</footer>`;
}

function languageSwitch(current: CustomerLanguage, { path, label }: { path: string; label: string }): Html {
  const all = Object.entries(LANGUAGE_NAMES) as [CustomerLanguage, string][];
  const links = all.map(([language, name]) =>
    language === current
      ? markup`<b lang="${language}" aria-current="true">${name}</b>`
      : markup`<a lang="${language}" hreflang="${language}" href="${path}?lang=${language}">${name}</a>`,
  );
  return markup`<nav aria-label="${label}">${links}</nav>`;
}

// Colours meet WCAG AA in both schemes; the brand's accent is only ever a surface with its own text colour on it.
const STYLE = `
:root { color-scheme: light dark; --text: #16191d; --muted: #565d66; --page: #f4f5f7; --card: #fff; --line: #d5d9df;
  --ok: #0f6b3c; --warn: #8a4b00; font: 16px/1.5 system-ui, -apple-system, "Segoe UI", sans-serif }
@media (prefers-color-scheme: dark) { :root { --text: #e8eaed; --muted: #a7afb9; --page: #14171b; --card: #1d2126;
  --line: #3a414a; --ok: #6fd19b; --warn: #f0b25e } }
* { box-sizing: border-box }
body { margin: 0 auto; max-width: 40rem; padding: 1.5rem 1rem 3rem; background: var(--page); color: var(--text) }
header { display: flex; flex-wrap: wrap; gap: .5rem 1.5rem; align-items: baseline; justify-content: space-between;
  margin-bottom: 1rem }
nav { display: flex; flex-wrap: wrap; gap: .25rem 1rem; font-size: .875rem }
nav a, nav b { display: inline-block; padding: .25rem 0 }
a { color: inherit }
.brand { margin: 0; font-weight: 600 }
.brand a { text-decoration: none }
main { background: var(--card); border: 1px solid var(--line); border-top: 4px solid var(--accent); border-radius: 10px;
  padding: 1.25rem 1.5rem 1.5rem }
h1 { margin: 0 0 .5rem; font-size: 1.375rem; line-height: 1.3 }
h2 { margin: 2rem 0 .5rem; font-size: 1.0625rem }
p { margin: 0 0 1rem; overflow-wrap: anywhere }
.muted, small, footer { color: var(--muted) }
footer { margin-top: 1.5rem; font-size: .8125rem }
footer p { margin: 0 }
blockquote { margin: 0 0 1.25rem; padding: .75rem 1rem; border-left: 3px solid var(--accent); background: var(--page);
  overflow-wrap: anywhere }
fieldset { margin: 0 0 1rem; padding: .5rem 1rem 1rem; border: 1px solid var(--line); border-radius: 8px; min-width: 0 }
legend { padding: 0 .375rem; font-weight: 600 }
fieldset > p { margin: 0 0 .5rem; color: var(--muted); font-size: .875rem }
label { display: flex; gap: .625rem; align-items: flex-start; padding: .375rem 0; min-height: 2.75rem; overflow-wrap: anywhere }
label > span { padding-top: .25rem; min-width: 0 }
label small { display: block }
input { flex: none; width: 1.25rem; height: 1.25rem; margin: .3125rem 0 0; accent-color: var(--accent) }
.stacked input { width: 100%; height: auto; margin: 0 }
:is(select, textarea, .stacked input) { font: inherit; padding: .5rem; min-height: 2.75rem; max-width: 100%; color: inherit; background: var(--card);
  border: 1px solid var(--muted); border-radius: 6px }
.stacked { display: block }
textarea { width: 100%; min-height: 6rem; resize: vertical }
.stacked > span { display: block; padding: 0 0 .25rem; font-weight: 600 }
button { font: inherit; font-weight: 600; padding: .5rem 1.25rem; min-height: 2.75rem; border: 1px solid transparent;
  border-radius: 6px; background: var(--accent); color: var(--on-accent); cursor: pointer }
button.plain { background: transparent; color: inherit; border-color: var(--muted) }
:is(a, button, input, select, textarea):focus-visible { outline: 3px solid var(--text); outline-offset: 2px }
.choices { display: flex; flex-wrap: wrap; gap: .25rem 1rem }
.choices label { align-items: center }
.choices input { margin: 0 }
.choices span { padding: 0 }
.note { padding: .75rem 1rem; border-radius: 8px; border: 1px solid var(--ok); color: var(--ok); font-weight: 600 }
.note.warn { border-color: var(--warn); color: var(--warn) }
.actions { display: flex; flex-wrap: wrap; gap: .75rem; align-items: center; margin: 1.25rem 0 0 }
.file { list-style: none; margin: 0; padding: 0; font-size: .875rem }
.file li { padding: .5rem 0; border-top: 1px solid var(--line); overflow-wrap: anywhere }
.file time { display: block; color: var(--muted) }
`;
