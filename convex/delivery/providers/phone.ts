// Numbers are E.164 with us ("+41791234567"); providers write and want them in their own ways.

/** Shorter ones are short codes, which have no country. */
const MIN_E164_DIGITS = 7;
const MAX_E164_DIGITS = 15;

/**
 * A provider's way to write a number as E.164: "41791234567", "0041791234567" and "whatsapp:+41791234567" become
 * "+41791234567". Short codes, names and WhatsApp user ids are returned as they are.
 */
export function toE164(text: string): string {
  const bare = text.trim().replace(/^(whatsapp|tel|sms):/i, "");
  const digits = bare.replace(/^(\+|00)/, "").replace(/[\s().-]/g, "");
  const isNumber = /^[1-9]\d*$/.test(digits) && digits.length >= MIN_E164_DIGITS && digits.length <= MAX_E164_DIGITS;
  return isNumber ? `+${digits}` : bare;
}

/** E.164 without its plus, as most providers want it; names (alphanumeric senders) as they are. */
export function withoutPlus(e164: string): string {
  return e164.replace(/^\+/, "");
}
