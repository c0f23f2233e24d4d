import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import type { Id } from "../../../convex/_generated/dataModel";
import type { ReplayedRow } from "../../lib/api-types";
import { useOrgQuery, useOrgQueryOrError } from "../../lib/org";
import { reasonText } from "../../lib/reasons";
import { Badge } from "../ui/badge";
import { Dialog } from "../ui/dialog";
import { SkeletonRows } from "../ui/skeleton";
import { ExactTime } from "../ui/time";
import { VersionSelect } from "./version-select";

type Difference = ReplayedRow["difference"];

const TONES = {
  same: "neutral",
  neither: "neutral",
  new: "ok",
  missing: "danger",
  moved: "warn",
  reworded: "info",
} as const satisfies Record<Difference, string>;

/** Differences in the order in which they matter. */
const COUNTED = ["new", "missing", "moved", "reworded", "same"] as const satisfies readonly Difference[];

type ReplayDialogProps = {
  enrolmentId: Id<"enrolments">;
  sequenceId: Id<"sequences">;
  name: string;
  sequenceName: string;
  onClose: () => void;
};

/** What really went to somebody beside what the journey, as it is being made or once was, would have sent (product.md O-5). */
export function ReplayDialog({ enrolmentId, sequenceId, name, sequenceName, onClose }: ReplayDialogProps) {
  const { t } = useTranslation();
  const [versionId, setVersionId] = useState<Id<"sequenceVersions"> | null>(null);
  const view = useOrgQuery(api.sequences.drafts.queries.get, { sequenceId });
  const rows = useOrgQueryOrError(api.sequences.replay.queries.ofEnrolment, {
    enrolmentId,
    ...(versionId === null ? {} : { versionId }),
  });
  return (
    <Dialog title={t("replay.title", { name })} isOpen onClose={onClose}>
      <div className="flex flex-col gap-4">
        <p className="text-sm text-muted">{t("replay.text", { sequence: sequenceName })}</p>
        {view !== undefined && (
          <VersionSelect
            sequenceId={sequenceId}
            hasDraft={view.draft !== null}
            versionId={versionId}
            onChange={setVersionId}
            className="min-w-56"
          />
        )}
        {rows === undefined ? (
          <SkeletonRows count={4} />
        ) : rows instanceof Error ? (
          <p className="text-sm text-muted">{t("replay.gone")}</p>
        ) : (
          <Differences rows={rows} />
        )}
      </div>
    </Dialog>
  );
}

function Differences({ rows }: { rows: ReplayedRow[] }) {
  const { t } = useTranslation();
  if (rows.length === 0) return <p className="text-sm text-muted">{t("replay.nothing")}</p>;
  const counts = COUNTED.map((kind) => ({ kind, count: rows.filter(({ difference }) => difference === kind).length }));
  const isAlike = rows.every(({ difference }) => difference === "same" || difference === "neither");
  return (
    <>
      <p role="status" className="flex flex-wrap items-center gap-x-3 gap-y-1 text-sm">
        {isAlike && <span className="font-medium">{t("replay.alike")}</span>}
        {counts.flatMap(({ kind, count }) =>
          count === 0 ? [] : [<span key={kind}>{`${count} ${t(`replay.differences.${kind}`)}`}</span>],
        )}
      </p>
      <ul aria-label={t("replay.messages")} className="divide-y divide-line rounded-lg border border-line">
        {rows.map((row, i) => (
          <li key={i} className="flex flex-col gap-1.5 px-3 py-2.5 text-sm">
            <p className="flex items-start justify-between gap-3">
              <span className="min-w-0 font-medium">{row.name}</span>
              <Badge tone={TONES[row.difference]}>{t(`replay.differences.${row.difference}`)}</Badge>
            </p>
            <dl className="grid grid-cols-2 gap-x-4 text-xs max-sm:grid-cols-1 max-sm:gap-y-1">
              <Told label={t("replay.really")} told={row.really} />
              <Told label={t("replay.replayed")} told={row.replayed} />
            </dl>
          </li>
        ))}
      </ul>
    </>
  );
}

function Told({ label, told }: { label: string; told: ReplayedRow["really"] }) {
  const { t } = useTranslation();
  return (
    <div className="flex flex-wrap gap-x-1.5">
      <dt className="text-faint">{label}</dt>
      <dd className="text-muted">
        {told === null ? (
          t("replay.not")
        ) : (
          <>
            {told.plannedAt !== null && <ExactTime at={told.plannedAt} />}
            {told.plannedAt !== null && " · "}
            {told.state.reason === undefined ? t(`stepState.${told.state.kind}`) : reasonText(told.state.reason, t)}
          </>
        )}
      </dd>
    </div>
  );
}
