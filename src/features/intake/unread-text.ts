import type { TFunction } from "i18next";
import type { UnreadRow } from "../../lib/api-types";

/** Why it was not read, in words; what the reader of it said follows where there is one. */
export function whyText({ code, field, reason }: UnreadRow, t: TFunction): string {
  const known = code === null ? "" : t(`intake.codes.${code}` as never, { defaultValue: "" });
  const words = known === "" ? t("intake.codes.unexpected") : known;
  const told = [field, reason].filter((part) => part !== null && part !== "").join(": ");
  return told === "" ? words : `${words} ${told}`;
}
