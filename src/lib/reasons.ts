import type { TFunction } from "i18next";
import en from "../locales/en.json";

type StepReason = keyof typeof en.skipReasons;
type QueueReason = keyof typeof en.why.reasons;

/** A reason code in words; what is no known code is prose already (a provider's answer) and stays as it is. */
export function reasonText(reason: string, t: TFunction): string {
  if (reason in en.skipReasons) return t(`skipReasons.${reason as StepReason}`);
  if (reason in en.why.reasons) return t(`why.reasons.${reason as QueueReason}`);
  return reason;
}
