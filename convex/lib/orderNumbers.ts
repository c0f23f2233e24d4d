// What orders are called, wherever somebody names one. Pure.

export const MAX_ORDER_CHARS = 256;

/** How an order number or a reference is looked for: case and blanks around it say nothing. */
export function keyOf(text: string): string {
  return tidyNumber(text.normalize("NFC")).toLowerCase();
}

/** A number as it was typed, without blanks that say nothing. */
export function tidyNumber(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}
