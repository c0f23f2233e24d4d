// The ids other systems know a conversation by. Pure.

/** More is a list, not a conversation. */
export const MAX_REFERENCES = 50;
export const MAX_REFERENCE_CHARS = 1_000;
/** A name as rows can keep it: not with an underscore first. */
export const REFERENCE_NAME = /^(?!_)[\w.-]{1,60}$/;

type References = Record<string, string>;
export type ReadReferences =
  { ok: true; references: References } | { ok: false; problem: "name" | "too_long" | "too_many" };

/** References as they were typed: blanks around values go, empty ones are none. */
export function readReferences(typed: References): ReadReferences {
  const known = Object.entries(typed)
    .map(([name, value]) => [name.trim(), value.trim()] as const)
    .filter(([, value]) => value !== "");
  if (!known.every(([name]) => REFERENCE_NAME.test(name))) return { ok: false, problem: "name" };
  if (!known.every(([, value]) => value.length <= MAX_REFERENCE_CHARS)) return { ok: false, problem: "too_long" };
  if (known.length > MAX_REFERENCES) return { ok: false, problem: "too_many" };
  return { ok: true, references: Object.fromEntries(known) };
}
