import { CircleCheck, CircleSlash } from "lucide-react";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import type { Id } from "../../../convex/_generated/dataModel";
import { useOrgQuery } from "../../lib/org";
import { StatusBadge } from "../ui/badge";
import { SkeletonRows } from "../ui/skeleton";
import { ExactTime } from "../ui/time";
import { becauseText, sourceText } from "./because";
import { StatementProof } from "./statement-proof";
import type { ConsentMomentData } from "./types";

type View = ConsentMomentData["today"];

/** The consent time machine: what was on record when a message was decided about, and what is today. */
export function ConsentMoment({ queueId }: { queueId: Id<"messageQueue"> }) {
  const { t } = useTranslation();
  const moment = useOrgQuery(api.delivery.consentMoment.queries.ofMessage, { queueId });
  if (moment === undefined) return <SkeletonRows count={2} className="p-0" />;
  if (moment === null) return <p className="text-sm text-muted">{t("consent.momentNone")}</p>;
  const hasChanged = moment.atDecision.isAllowed !== moment.today.isAllowed;
  return (
    <div className="flex flex-col gap-3">
      <MomentView view={moment.atDecision} title={t("consent.momentThen")} isDetailed />
      {!moment.isConsistent && (
        <p className="rounded-md bg-warn-soft px-3 py-2 text-sm text-warn">{t("consent.momentDiffers")}</p>
      )}
      {hasChanged && <MomentView view={moment.today} title={t("consent.momentToday")} isDetailed={false} />}
      {!hasChanged && <p className="text-xs text-faint">{t("consent.momentSame")}</p>}
    </div>
  );
}

function MomentView({ view, title, isDetailed }: { view: View; title: string; isDetailed: boolean }) {
  const { t } = useTranslation();
  return (
    <div className="flex flex-col gap-2 rounded-md border border-line px-3 py-2 text-sm">
      <p className="flex flex-wrap items-center justify-between gap-2">
        <span className="font-medium">
          {title}
          {isDetailed && (
            <>
              , <ExactTime at={view.at} className="font-normal text-muted" />
            </>
          )}
        </span>
        <StatusBadge
          tone={view.isAllowed ? "ok" : "danger"}
          icon={view.isAllowed ? CircleCheck : CircleSlash}
          label={t(view.isAllowed ? "consent.allowed" : "consent.notAllowed")}
        />
      </p>
      <p>
        {becauseText(view.because, t)} <code className="font-mono text-2xs text-faint">{view.pack}</code>
      </p>
      {view.suppressions.map((suppression) => (
        <p key={`${suppression.reason}-${suppression.at}`} className="text-xs text-muted">
          {t("consent.suppression")}: {t(`consent.reasons.${suppression.reason}`)}, <ExactTime at={suppression.at} />
        </p>
      ))}
      {isDetailed && view.statement !== null && <Statement statement={view.statement} />}
    </div>
  );
}

function Statement({ statement }: { statement: NonNullable<View["statement"]> }) {
  const { t } = useTranslation();
  return (
    <div className="flex flex-col gap-1.5 border-t border-line pt-2">
      <p className="text-xs text-faint">
        {t(`consent.states.${statement.state}`)}, <ExactTime at={statement.at} /> · {sourceText(statement.source, t)} ·{" "}
        <code className="font-mono text-2xs">{statement.wordingVersion}</code>
      </p>
      {statement.wordingText !== undefined && (
        <blockquote className="border-l-2 border-line-strong pl-3 text-muted">{statement.wordingText}</blockquote>
      )}
      <StatementProof proof={statement.proof} />
    </div>
  );
}
