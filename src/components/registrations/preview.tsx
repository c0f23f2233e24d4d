import { useTranslation } from "react-i18next";
import { fillVariables } from "../../../convex/templates/variables";
import type { Template } from "./registrations";

/** The text as a customer would read it, with sample values, and which value fills which placeholder. */
export function Preview({ template, placeholders }: { template: Template | null; placeholders: readonly string[] }) {
  const { t } = useTranslation();
  const version = template?.version ?? null;
  if (version === null) return <p className="text-sm text-muted">{t("registrations.noText")}</p>;
  const samples = Object.fromEntries(
    version.variables.map(({ name, fallback }) => [name, fallback === "" ? `‹${name}›` : fallback]),
  );
  return (
    <div className="flex flex-col gap-4">
      <div className="rounded-lg bg-sunken p-4">
        <p className="w-fit max-w-full rounded-lg rounded-tl-none bg-raised px-3 py-2 text-sm break-words whitespace-pre-wrap shadow-float">
          {fillVariables(version.shortBody ?? version.body, samples, version.variables)}
        </p>
      </div>
      {placeholders.length > 0 && (
        <dl className="grid grid-cols-[auto_auto_1fr] gap-x-4 gap-y-1 text-sm">
          {placeholders.map((name, index) => (
            <div key={index} className="contents">
              <dt className="font-mono text-xs text-faint">{`{{${index + 1}}}`}</dt>
              <dd className="font-mono text-xs">{name}</dd>
              <dd className="text-muted">{samples[name] ?? t("registrations.unknownVariable")}</dd>
            </div>
          ))}
        </dl>
      )}
      <p className="text-xs text-faint">{t("registrations.previewText")}</p>
    </div>
  );
}
