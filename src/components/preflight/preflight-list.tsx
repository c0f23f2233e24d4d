import { CircleAlert, CircleCheck, TriangleAlert } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { Finding } from "../../../convex/templates/preflight/findings";

/** What should be mended before a text goes out; says so when there is nothing. */
export function PreflightList({ findings }: { findings: readonly Finding[] }) {
  const { t } = useTranslation();
  if (findings.length === 0) {
    return (
      <p className="flex items-center gap-2 text-sm text-ok">
        <CircleCheck aria-hidden size={15} className="shrink-0" />
        {t("preflight.fine")}
      </p>
    );
  }
  return (
    <ul aria-label={t("preflight.title")} className="flex flex-col gap-1.5">
      {findings.map(({ code, severity, where, figure }) => (
        <li key={`${code}/${where}`} className="flex items-start gap-2 text-sm">
          {severity === "error" ? (
            <CircleAlert aria-label={t("preflight.error")} size={15} className="mt-0.5 shrink-0 text-danger" />
          ) : (
            <TriangleAlert aria-label={t("preflight.warning")} size={15} className="mt-0.5 shrink-0 text-warn" />
          )}
          <span className="min-w-0 break-words">
            {t(`preflight.says.${code}`, { where: where === "" ? "…" : where, figure: figure ?? 0 })}
          </span>
        </li>
      ))}
    </ul>
  );
}
