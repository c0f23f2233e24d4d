import { CircleCheck, CircleX } from "lucide-react";
import { useTranslation } from "react-i18next";
import { isMet, type Targeted } from "../../../convex/analytics/team/measures";

/** Whether a figure reaches its target, by icon and word; nothing without a figure. */
export function TargetMark({ name, value }: { name: Targeted; value: number | null }) {
  const { t } = useTranslation();
  const met = isMet(name, value);
  if (met === null) return null;
  const text = met ? t("reports.met") : t("reports.missed");
  const Icon = met ? CircleCheck : CircleX;
  return <Icon role="img" aria-label={text} size={14} className={met ? "shrink-0 text-ok" : "shrink-0 text-danger"} />;
}
