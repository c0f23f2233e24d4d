import { useTranslation } from "react-i18next";
import { api } from "../../../../../convex/_generated/api";
import { YesNoSelect } from "../../../../components/conditions/test-parts";
import { Select } from "../../../../components/ui/select";
import type { Test } from "../../../../lib/api-types";
import { useOrgQuery } from "../../../../lib/org";

type SegmentTest = Extract<Test, { kind: "segment" }>;
type SegmentProps = { value: SegmentTest; onChange: (value: SegmentTest) => void; isDisabled: boolean };

/** Which segment somebody must be in, or not. */
export function SegmentFields({ value, onChange, isDisabled }: SegmentProps) {
  const { t } = useTranslation();
  const segments = useOrgQuery(api.contacts.segments.queries.options, {});
  if (segments === undefined) return null;
  const chosen: SegmentTest["segmentId"] = value.segmentId;
  const offered = segments
    .filter(({ id, isArchived }) => !isArchived || id === chosen)
    .map(({ id, name, isArchived }) => ({ id, label: isArchived ? t("builder.archivedSegment", { name }) : name }));
  const isKnown = offered.some(({ id }) => id === chosen);
  return (
    <div className="grid grid-cols-2 gap-2">
      <Select
        label={t("builder.segment")}
        value={chosen}
        isDisabled={isDisabled}
        options={isKnown ? offered : [{ id: chosen, label: t("builder.choose") }, ...offered]}
        onChange={(segmentId) => onChange({ ...value, segmentId })}
      />
      <YesNoSelect
        names="segment"
        value={value.isIn}
        isDisabled={isDisabled}
        onChange={(isIn) => onChange({ ...value, isIn })}
      />
      {segments.length === 0 && <p className="col-span-2 text-xs text-muted">{t("builder.noSegments")}</p>}
    </div>
  );
}
