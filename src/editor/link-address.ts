// What somebody typed as the address of a link. Pure.

const SCHEME = /^(?:https?:\/\/|mailto:|tel:)/i;
const OTHER_SCHEME = /^[a-z][a-z0-9+.-]*:(?!\d)/i;
const EMAIL = /^[^\s@/]+@[^\s@/]+\.[^\s@/]+$/;
const HOST = /^[^\s/?#@]+\.[^\s/?#@.]{2,}(?:[/?#:]\S*)?$/;

/** The address with its scheme, "https://" unless it says another; null for what is none. */
export function linkAddress(typed: string): string | null {
  const address = typed.trim();
  if (/\s/.test(address)) return null;
  if (SCHEME.test(address)) return /^https?:/i.test(address) && !URL.canParse(address) ? null : address;
  if (EMAIL.test(address)) return `mailto:${address}`;
  if (OTHER_SCHEME.test(address) || !HOST.test(address)) return null;
  return `https://${address}`;
}
