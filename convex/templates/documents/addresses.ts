const PLACEHOLDER = /\{\{\s*([\p{L}_][\p{L}\p{N}_.]*)\s*\}\}/gu;
const ONLY_PLACEHOLDER = /^\{\{\s*[\p{L}_][\p{L}\p{N}_.]*\s*\}\}/u;

/** Protocols a mail may link to. */
const SAFE_PROTOCOLS = new Set(["https:", "http:", "mailto:", "tel:"]);

/** The address when a mail may link to it, else null: `javascript:`, `data:`, relative ones and half ones are not. */
export function safeLink(url: string): string | null {
  const address = url.trim();
  return URL.canParse(address) && SAFE_PROTOCOLS.has(new URL(address).protocol) ? address : null;
}

/** Whether a written address may stand in a template: safe, not written yet, or begun by a value that is filled in. */
export function isWritable(url: string): boolean {
  const address = url.trim();
  if (address === "" || address === "#" || ONLY_PLACEHOLDER.test(address)) return true;
  return URL.canParse(address) ? safeLink(address) !== null : !/^[a-z][a-z0-9+.-]*:/i.test(address);
}

/**
 * The address with its values: one that is a value alone is taken whole, values inside an address are escaped. Null when
 * a value is missing or what comes out may not be linked to.
 */
export function filledLink(url: string, valueOf: (name: string) => string): string | null {
  let isComplete = true;
  const begins = ONLY_PLACEHOLDER.exec(url.trim())?.[0].length ?? 0;
  const filled = url.trim().replace(PLACEHOLDER, (_, name: string, at: number) => {
    const value = valueOf(name);
    if (value === "") isComplete = false;
    return at === 0 && begins > 0 ? value : encodeURIComponent(value);
  });
  return isComplete ? safeLink(filled) : null;
}
