const MAX_IDENTIFIER_LENGTH = 64;

/** ASCII letter or `_`, then letters, digits, `_`; at most 64; not only underscores (convex-facts e.1). */
export function isIdentifier(name: string): boolean {
  return name.length <= MAX_IDENTIFIER_LENGTH && /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && !/^_+$/.test(name);
}

/** An identifier that starts with a letter: what user tables and indexes must be called. */
export function isUserIdentifier(name: string): boolean {
  return isIdentifier(name) && !name.startsWith("_");
}
