import { Link } from "@tanstack/react-router";
import { ArrowLeft, CalendarPlus, Clock, FileText } from "lucide-react";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import type { Id } from "../../../convex/_generated/dataModel";
import { ChannelIcon, SequenceStatusBadge } from "../../components/status";
import { Badge } from "../../components/ui/badge";
import { SkeletonRows } from "../../components/ui/skeleton";
import type { SequenceDetail, SequenceStep } from "../../lib/api-types";
import { useOrgQuery } from "../../lib/org";
import { useTitle } from "../../lib/title";
import { Figures } from "./figures";
import { useTimingText } from "./timing-text";

const PHASES = ["before", "during", "after"] as const;

export function SequenceScreen({ sequenceId }: { sequenceId: Id<"sequences"> }) {
  const { t } = useTranslation();
  const sequence = useOrgQuery(api.sequences.queries.get, { sequenceId });
  useTitle(sequence?.name ?? t("sequences.title"));
  return (
    <div className="h-full overflow-y-auto bg-surface">
      <div className="px-6 pt-3 max-md:px-4">
        <Link
          to="/sequences"
          className="inline-flex items-center gap-1 rounded-sm py-1 text-sm text-muted hover:text-text max-md:py-3"
        >
          <ArrowLeft aria-hidden size={14} />
          {t("sequences.title")}
        </Link>
      </div>
      {sequence === undefined ? <SkeletonRows className="px-6" /> : <LoadedSequence sequence={sequence} />}
    </div>
  );
}

function LoadedSequence({ sequence }: { sequence: SequenceDetail }) {
  const { t } = useTranslation();
  return (
    <div className="flex flex-col gap-6 px-6 pb-12 max-md:px-4">
      <header className="flex flex-wrap items-start justify-between gap-x-8 gap-y-3">
        <div className="min-w-0">
          <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
            <h1 className="text-xl font-semibold tracking-tight">{sequence.name}</h1>
            <SequenceStatusBadge status={sequence.status} />
            {sequence.versionNumber !== null && (
              <span className="text-xs text-faint">{t("sequences.version", { number: sequence.versionNumber })}</span>
            )}
          </div>
          <p className="max-w-prose text-sm text-muted">{sequence.description}</p>
        </div>
        <Figures figures={sequence.figures} withActive />
      </header>
      <div className="mx-auto flex w-full max-w-2xl flex-col">
        <FlowStart />
        {PHASES.map((phase) => (
          <Phase key={phase} phase={phase} steps={sequence.steps.filter((step) => step.phase === phase)} />
        ))}
      </div>
    </div>
  );
}

function FlowStart() {
  const { t } = useTranslation();
  return (
    <div className="flex items-center gap-2 self-center rounded-full border border-line bg-canvas px-4 py-1.5 text-sm font-medium">
      <CalendarPlus aria-hidden size={15} className="text-accent-text" />
      {t("sequences.start")}
    </div>
  );
}

function Phase({ phase, steps }: { phase: SequenceStep["phase"]; steps: readonly SequenceStep[] }) {
  const { t } = useTranslation();
  return (
    <section aria-label={t(`phases.${phase}`)} className="flex flex-col">
      <Line />
      <h2 className="self-center rounded-full bg-accent-soft px-3 py-0.5 text-xs font-semibold text-accent-text">
        {t(`phases.${phase}`)}
      </h2>
      {steps.length === 0 && <p className="pt-2 text-center text-sm text-faint">{t("sequences.noSteps")}</p>}
      <ol className="flex flex-col">
        {steps.map((step) => (
          <li key={step.stepId} className="flex flex-col">
            <Line />
            <StepCard step={step} />
          </li>
        ))}
      </ol>
    </section>
  );
}

function Line() {
  return <span aria-hidden className="h-5 w-px self-center bg-line-strong" />;
}

function StepCard({ step }: { step: SequenceStep }) {
  const { t } = useTranslation();
  const timing = useTimingText();
  return (
    <article className="flex flex-col gap-2.5 rounded-lg border border-line bg-surface p-4">
      <div className="flex flex-wrap items-start justify-between gap-x-4 gap-y-1">
        <div className="min-w-0">
          <h3 className="text-base font-semibold">{step.name}</h3>
          <p className="flex items-center gap-1.5 text-sm text-muted">
            <Clock aria-hidden size={14} className="shrink-0" />
            {timing(step.timing)}
          </p>
        </div>
        <Badge tone="accent">
          <ChannelIcon channel={step.channel} size={12} />
          <span aria-hidden>{t(`channels.${step.channel}`)}</span>
        </Badge>
      </div>
      <div className="flex flex-wrap items-end justify-between gap-x-4 gap-y-2 border-t border-line pt-2.5">
        <p className="flex min-w-0 items-center gap-1.5 text-sm text-muted">
          <FileText aria-hidden size={14} className="shrink-0" />
          <span className="sr-only">{t("sequences.template")}:</span>
          <span className="truncate">{step.templateName}</span>
          <span className="shrink-0 text-faint">· {t(`purposes.${step.purpose}`)}</span>
        </p>
        <Figures figures={step.figures} />
      </div>
    </article>
  );
}
