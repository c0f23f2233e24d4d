import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Id } from "../../../../convex/_generated/dataModel";
import { cx } from "../../../components/ui/classes";
import type { SequenceRow, StepPeopleGroup } from "../../../lib/api-types";
import { later } from "../../../lib/later";
import type { FigureName } from "./groups";

const PeopleDialog = later(async () => (await import("./people-dialog")).PeopleDialog);

type FigureProps = {
  sequenceId: Id<"sequences">;
  /** What the figures are of, for the list of people. */
  of: string;
  names: readonly FigureName[];
  figures: SequenceRow["figures"];
  groupsOf: (name: FigureName) => StepPeopleGroup[];
};

/** Figures as they are now; a press on one shows the people behind it. */
export function FigureButtons({ sequenceId, of, names, figures, groupsOf }: FigureProps) {
  const { t } = useTranslation();
  const [shown, setShown] = useState<FigureName | null>(null);
  return (
    <>
      <dl className="flex flex-wrap gap-x-4 gap-y-1">
        {names.map((name) => {
          const count = figures[name];
          const isOpen = count > 0 && groupsOf(name).length > 0;
          const look = cx("text-sm", count === 0 ? "text-faint" : name === "failed" ? "text-danger" : "text-text");
          return (
            <div key={name} className="flex flex-col">
              <dt className="text-2xs text-muted">{t(`sequences.${name}`)}</dt>
              <dd className={look}>
                {isOpen ? (
                  <button
                    type="button"
                    aria-label={t("sequences.showPeople", { count, figure: t(`sequences.${name}`) })}
                    onClick={() => setShown(name)}
                    className="font-semibold underline decoration-line-strong underline-offset-2 hover:decoration-current max-md:py-2"
                  >
                    {count}
                  </button>
                ) : (
                  <span className={cx("max-md:inline-block max-md:py-2", count > 0 && "font-semibold")}>{count}</span>
                )}
              </dd>
            </div>
          );
        })}
      </dl>
      {shown !== null && (
        <PeopleDialog
          title={t("sequences.peopleOf", { figure: t(`sequences.${shown}`), name: of })}
          sequenceId={sequenceId}
          groups={groupsOf(shown)}
          onClose={() => setShown(null)}
        />
      )}
    </>
  );
}
