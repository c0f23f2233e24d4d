import type { TFunction } from "i18next";
import en from "../../locales/en.json";

type KnownReason = keyof typeof en.registrations.reasons;

/** Why WhatsApp refused a template: its code in words, or whatever else it says. */
export function refusalText(reason: string, t: TFunction): string {
  const code = reason.toUpperCase();
  return code in en.registrations.reasons ? t(`registrations.reasons.${code as KnownReason}`) : reason;
}
