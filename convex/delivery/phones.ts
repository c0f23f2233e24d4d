import { parsePhoneNumberFromString } from "libphonenumber-js/max";

/** What is known of a phone number without asking anybody. */
export type PhoneFacts = { country?: string; isLandline: boolean };

/**
 * Country and kind of a number in E.164, by the number plans (all of them: the small metadata knows no kinds). A number
 * that may be either (North America) is no landline. Nothing for what is no number, such as WhatsApp's user ids.
 */
export function phoneFacts(address: string): PhoneFacts {
  const parsed = address.startsWith("+") ? parsePhoneNumberFromString(address) : undefined;
  return { country: parsed?.country, isLandline: parsed?.getType() === "FIXED_LINE" };
}
