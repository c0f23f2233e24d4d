/**
 * A value as WhatsApp templates take it (providers.md 13.2): no line breaks, tabs or runs of spaces, and never empty.
 */
export function templateValue(value: string): string {
  return value.replace(/\s+/g, " ").trim() || "-";
}
