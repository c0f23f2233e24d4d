import { useTranslation } from "react-i18next";
import { cx } from "../../components/ui/classes";
import type { SequenceRow } from "../../lib/api-types";

type FigureName = keyof SequenceRow["figures"];

/** What became of the messages so far. Zero failures are quiet, real ones are not. */
export function Figures({ figures, withActive = false }: { figures: SequenceRow["figures"]; withActive?: boolean }) {
  const { t } = useTranslation();
  const names: FigureName[] = [
    ...(withActive ? (["active"] as const) : []),
    "planned",
    "sent",
    "opened",
    "skipped",
    "failed",
  ];
  return (
    <dl className="flex flex-wrap gap-x-5 gap-y-1 max-md:grid max-md:w-full max-md:grid-cols-3 max-md:gap-y-2">
      {names.map((name) => (
        <div key={name} className="flex flex-col">
          <dt className="text-2xs text-faint">{t(`sequences.${name}`)}</dt>
          <dd
            className={cx(
              "text-sm font-semibold",
              figures[name] === 0 && "font-normal text-faint",
              name === "failed" && figures[name] > 0 && "text-danger",
            )}
          >
            {figures[name]}
          </dd>
        </div>
      ))}
    </dl>
  );
}
