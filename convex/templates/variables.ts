import type { TemplateVariable } from "./schema";

// Requirement S4: placeholders such as {{firstName}}. Product.md B-11: a missing value never prints braces.

const PLACEHOLDER = /\{\{\s*([\p{L}_][\p{L}\p{N}_.]*)\s*\}\}/gu;

/** What `fillForWriting` leaves where a value is missing. */
export const WRITING_GAP = /⟦([^⟦⟧\n]+)⟧/gu;

/** Stands where a placeholder had neither value nor fallback until the text around it is tidied. */
const GAP = "\u0000";

/**
 * The text with its placeholders filled: the value, else the variable's fallback, else nothing, with the spaces and
 * commas around a gap tidied ("Hallo {{firstName}}," → "Hallo,"). No brace ever comes out, neither from a broken
 * placeholder nor from a value. Values are taken as they are: escaping belongs to whoever makes HTML of the result.
 */
export function fillVariables(
  text: string,
  values: Record<string, string | undefined>,
  variables: readonly TemplateVariable[],
): string {
  const fallbacks = new Map(variables.map((variable) => [variable.name, variable.fallback]));
  const lookUp = (name: string) => (Object.hasOwn(values, name) ? values[name]?.trim() : undefined);
  const filled = text.replaceAll(GAP, "").replace(PLACEHOLDER, (_, name: string) => {
    const value = lookUp(name) || fallbacks.get(name)?.trim() || "";
    return value.replaceAll(GAP, "") || GAP;
  });
  return closeGaps(filled).replace(/[{}]/g, "");
}

/** The same for a subject or another single line: line breaks become spaces, so that a value cannot add a header. */
export function fillLine(
  text: string,
  values: Record<string, string | undefined>,
  variables: readonly TemplateVariable[],
): string {
  return fillVariables(text, values, variables).replace(/\s+/g, " ").trim();
}

/**
 * The text for somebody who still writes on it: values and fallbacks filled in, and ⟦name⟧ where there is neither, which
 * is shown in the editor and must be gone before anything is sent (`gapsIn`).
 */
export function fillForWriting(
  text: string,
  values: Record<string, string | undefined>,
  variables: readonly TemplateVariable[],
): string {
  const has = (name: string) => Object.hasOwn(values, name) && (values[name] ?? "").trim() !== "";
  const missing = variables.filter(({ name, fallback }) => !has(name) && fallback.trim() === "");
  const gaps = missing.map(({ name }) => ({ name, fallback: `⟦${name}⟧` }));
  const given = variables.filter((variable) => !missing.includes(variable));
  return fillVariables(text, values, [...given, ...gaps]);
}

/** Names of the places a text still lacks a value at, each once. */
export function gapsIn(text: string): string[] {
  return [...new Set(Array.from(text.matchAll(WRITING_GAP), (match) => match[1] ?? ""))];
}

/** Names of the placeholders in a text, each once, in order of appearance. */
export function variablesIn(text: string): string[] {
  return [...new Set(Array.from(text.matchAll(PLACEHOLDER), (match) => match[1] ?? ""))];
}

/** The first brace that belongs to no placeholder, with what follows it; null when the text is well formed. */
export function brokenPlaceholder(text: string): string | null {
  return /[{}][^\n]{0,20}/.exec(text.replace(PLACEHOLDER, ""))?.[0] ?? null;
}

function closeGaps(text: string): string {
  return (
    text
      // (GAP), „GAP“, "GAP": the pair goes with its content.
      .replace(/[([„"“‚'][ \t]*\0(?:[ \t]*\0)*[ \t]*[)\]“"”‘']/g, GAP)
      // A line of gaps alone goes with its line break.
      .replace(/^[ \t]*\0[ \t\0]*(?:\n|$)/gm, "")
      // At the start of a line, with the comma that followed the name.
      .replace(/^[ \t]*\0[ \t\0]*,?[ \t]*/gm, "")
      // Before punctuation or the end of a line: no space is left.
      .replace(/[ \t]*\0[ \t\0]*(?=[,.;:!?)\]]|$)/gm, "")
      // Between words: one space.
      .replace(/[ \t]+\0[ \t\0]*|\0[ \t\0]*[ \t]/g, " ")
      .replaceAll(GAP, "")
  );
}
