import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { SkeletonRows } from "../../components/ui/skeleton";

type CardListProps<T> = {
  intro: string;
  rows: readonly T[] | undefined;
  keyOf: (row: T) => string;
  children: (row: T) => ReactNode;
};

/** The common form of the settings lists: a word of explanation, then rows in one frame. */
export function CardList<T>({ intro, rows, keyOf, children }: CardListProps<T>) {
  const { t } = useTranslation();
  return (
    <div className="flex flex-col gap-3">
      <p className="text-sm text-muted">{intro}</p>
      {rows === undefined ? (
        <SkeletonRows count={3} className="px-0" />
      ) : rows.length === 0 ? (
        <p className="text-sm text-faint">{t("settings.empty")}</p>
      ) : (
        <ul className="divide-y divide-line rounded-lg border border-line">
          {rows.map((row) => (
            <li key={keyOf(row)} className="flex flex-wrap items-center gap-x-4 gap-y-2 px-4 py-3">
              {children(row)}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
