import { useTranslation } from "react-i18next";
import { useLanguage } from "../../lib/i18n";
import type { MessageTiming } from "../../lib/api-types";

/** Splits an offset into the largest whole unit: 90 minutes stay minutes, 120 become 2 hours. */
export function wholeUnit(minutes: number): { amount: number; unit: "minute" | "hour" | "day" } {
  const size = Math.abs(minutes);
  if (size !== 0 && size % 1_440 === 0) return { amount: size / 1_440, unit: "day" };
  if (size !== 0 && size % 60 === 0) return { amount: size / 60, unit: "hour" };
  return { amount: size, unit: "minute" };
}

/** When a step is due, in the language of the interface: "7 days before the start, at 09:00". */
export function useTimingText(): (timing: MessageTiming) => string {
  const { t } = useTranslation();
  const language = useLanguage();
  return (timing) => {
    if (timing.kind === "reached") return t("timing.reached");
    const anchor = t(`anchors.${timing.anchor}`);
    const offset = timing.kind === "days" ? timing.offsetDays : timing.offsetMinutes;
    const { amount, unit } =
      timing.kind === "days"
        ? { amount: Math.abs(timing.offsetDays), unit: "day" as const }
        : wholeUnit(timing.offsetMinutes);
    const span = new Intl.NumberFormat(language, { style: "unit", unit, unitDisplay: "long" }).format(amount);
    const when =
      offset === 0
        ? t(timing.kind === "days" ? "timing.sameDay" : "timing.atOnce", { anchor })
        : t(offset < 0 ? "timing.before" : "timing.after", { span, anchor });
    return timing.kind === "days" && timing.at !== undefined ? t("timing.at", { when, time: timing.at }) : when;
  };
}
