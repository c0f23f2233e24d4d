import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import type { Id } from "../../../convex/_generated/dataModel";
import { useLanguage } from "../../lib/i18n";
import { useNow } from "../../lib/now";
import { useOrgPaginatedQuery } from "../../lib/org";
import { dayLabel } from "../../lib/time-format";
import { Button } from "../ui/button";
import { Select } from "../ui/select";

const PAGE_SIZE = 20;
/** Stands for the draft; no version has such an id. */
const DRAFT = "";

type VersionSelectProps = {
  sequenceId: Id<"sequences">;
  hasDraft: boolean;
  /** Null: the draft, or what is live where there is none. */
  versionId: Id<"sequenceVersions"> | null;
  onChange: (versionId: Id<"sequenceVersions"> | null) => void;
  className?: string;
};

/** A journey as it is being made, as it is live, or as it once was. Nothing where there is nothing to choose. */
export function VersionSelect({ sequenceId, hasDraft, versionId, onChange, className }: VersionSelectProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const now = useNow();
  const { results, status, loadMore } = useOrgPaginatedQuery(
    api.sequences.versions.queries.list,
    { sequenceId },
    { initialNumItems: PAGE_SIZE },
  );
  const options = [
    ...(hasDraft ? [{ id: DRAFT, label: t("journeyVersion.draft") }] : []),
    ...results.map(({ id, number, publishedAt, isLive }) => ({
      id: String(id),
      label: isLive
        ? t("journeyVersion.live", { number })
        : t("journeyVersion.earlier", { number, day: dayLabel(publishedAt, language, now) }),
    })),
  ];
  if (options.length < 2) return null;
  const newest = hasDraft ? DRAFT : results.find(({ isLive }) => isLive)?.id;
  return (
    <div className="flex flex-wrap items-end gap-2">
      <Select<string>
        label={t("journeyVersion.label")}
        value={versionId ?? newest ?? DRAFT}
        options={options}
        onChange={(id) => onChange(results.find((version) => version.id === id)?.id ?? null)}
        {...(className === undefined ? {} : { className })}
      />
      {status === "CanLoadMore" && (
        <Button variant="quiet" onPress={() => loadMore(PAGE_SIZE)}>
          {t("journeyVersion.more")}
        </Button>
      )}
    </div>
  );
}
