import { Link } from "@tanstack/react-router";
import {
  ArrowLeft,
  CalendarSearch,
  Check,
  CircleAlert,
  CircleCheck,
  List,
  LoaderCircle,
  Play,
  Redo2,
  TriangleAlert,
  Undo2,
  UsersRound,
  Workflow,
} from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { SequenceStatusBadge } from "../../../components/status";
import { Avatar } from "../../../components/ui/avatar";
import { Button, IconButton } from "../../../components/ui/button";
import type { SequenceBuilderView } from "../../../lib/api-types";
import { useCan } from "../../../lib/org";
import { useBuilder } from "./context";
import { ResumeDialog } from "./life/life-dialogs";
import { type ChangeProgress, useProgress } from "./life/use-progress";
import { MoreMenu } from "./more-menu";
import { PublishDialog } from "./publish-dialog";
import type { Draft } from "./use-draft";

type HeaderProps = {
  view: SequenceBuilderView;
  draft: Draft;
  isList: boolean;
  /** Null where there is only the list. */
  onList: ((isList: boolean) => void) | null;
  onProblems: () => void;
};

export function BuilderHeader({ view, draft, isList, onList, onProblems }: HeaderProps) {
  const { t } = useTranslation();
  const { canEdit, others } = useBuilder();
  // An archived journey is not changed any more, but can be copied.
  const mayEdit = useCan("sequences.edit");
  const progress = useProgress(view.id);
  return (
    <header className="relative flex shrink-0 flex-wrap items-center gap-x-3 gap-y-2 px-4 py-2">
      <Link
        to="/sequences"
        aria-label={t("sequences.title")}
        className="flex size-8 items-center justify-center rounded-md text-muted hover:bg-hover hover:text-text max-md:size-11"
      >
        <ArrowLeft aria-hidden size={16} />
      </Link>
      <div className="flex min-w-0 grow basis-40 flex-col">
        <span className="flex min-w-0 items-center gap-2">
          <h1 className="truncate text-base font-semibold">{view.name}</h1>
          <SequenceStatusBadge status={view.status} />
        </span>
        {progress === null ? <SavedState view={view} isSaving={draft.isSaving} /> : <ChangeUnderWay {...progress} />}
      </div>
      {others.length > 0 && (
        <ul aria-label={t("builder.othersHere")} className="flex items-center -space-x-1">
          {others.map((other) => (
            <li key={other.memberId}>
              <Avatar name={other.name} tone="accent" className="ring-2 ring-surface" />
              <span className="sr-only">{other.name}</span>
            </li>
          ))}
        </ul>
      )}
      <div className="flex items-center gap-1 max-md:order-1 max-md:grow">
        {canEdit && (
          <>
            <IconButton
              label={t("builder.undo")}
              keys="mod+z"
              icon={<Undo2 size={16} />}
              isDisabled={!draft.canUndo}
              onPress={draft.undo}
            />
            <IconButton
              label={t("builder.redo")}
              keys="mod+y"
              icon={<Redo2 size={16} />}
              isDisabled={!draft.canRedo}
              onPress={draft.redo}
            />
          </>
        )}
        {onList !== null && (
          <IconButton
            label={t(isList ? "builder.showCanvas" : "builder.showList")}
            icon={isList ? <Workflow size={16} /> : <List size={16} />}
            onPress={() => onList(!isList)}
          />
        )}
        <ProblemButton onPress={onProblems} />
        <Link
          to="/sequences/$sequenceId/rehearsal"
          params={{ sequenceId: view.id }}
          className="inline-flex h-8 shrink-0 items-center gap-1.5 rounded-md px-2.5 text-sm font-medium text-muted hover:bg-hover hover:text-text max-md:h-11"
        >
          <CalendarSearch aria-hidden size={15} />
          <span className="max-md:sr-only">{t("rehearsal.open")}</span>
        </Link>
      </div>
      {mayEdit && <MoreMenu view={view} />}
      {canEdit && (
        <div className="flex items-center gap-2 empty:hidden max-md:order-2">
          {view.status === "paused" && <ResumeButton view={view} isUnderWay={progress !== null} />}
          {view.draft !== null && <PublishButton view={view} isSaving={draft.isSaving} onProblems={onProblems} />}
        </div>
      )}
    </header>
  );
}

function SavedState({ view, isSaving }: { view: SequenceBuilderView; isSaving: boolean }) {
  const { t } = useTranslation();
  const version = view.versionNumber === null ? null : t("sequences.version", { number: view.versionNumber });
  const state = isSaving
    ? t("builder.saving")
    : view.status === "archived"
      ? t("builder.life.over")
      : view.draft === null
        ? t("builder.live")
        : t("builder.saved", { name: view.draft.updatedByName });
  return (
    <p role="status" className="flex items-center gap-1 truncate text-xs text-muted">
      {isSaving ? (
        <LoaderCircle aria-hidden size={12} className="shrink-0" />
      ) : (
        <Check aria-hidden size={12} className="shrink-0 text-ok" />
      )}
      <span className="truncate">{version === null ? state : `${version} · ${state}`}</span>
    </p>
  );
}

/** How far a change has reached the people inside, in words and as a line below the head. */
function ChangeUnderWay({ kind, done, people }: ChangeProgress) {
  const { t } = useTranslation();
  return (
    <>
      <p role="status" className="flex items-center gap-1 truncate text-xs text-muted">
        <UsersRound aria-hidden size={12} className="shrink-0 text-accent-text" />
        <span className="truncate">{t(`builder.life.progress.${kind}`, { done, people })}</span>
      </p>
      <span aria-hidden className="absolute inset-x-0 bottom-0 h-0.5 bg-line">
        <span
          className="block h-full bg-accent transition-[width]"
          style={{ width: `${(100 * done) / Math.max(people, 1)}%` }}
        />
      </span>
    </>
  );
}

/** While everybody inside is looked at, the pause still lasts: it is ended already. */
function ResumeButton({ view, isUnderWay }: { view: SequenceBuilderView; isUnderWay: boolean }) {
  const { t } = useTranslation();
  const [isAsking, setIsAsking] = useState(false);
  return (
    <>
      <Button icon={<Play aria-hidden size={14} />} isDisabled={isUnderWay} onPress={() => setIsAsking(true)}>
        {t("pauses.resume")}
      </Button>
      {isAsking && <ResumeDialog view={view} onClose={() => setIsAsking(false)} />}
    </>
  );
}

function ProblemButton({ onPress }: { onPress: () => void }) {
  const { t } = useTranslation();
  const { problems } = useBuilder();
  const hasErrors = problems.some(({ level }) => level === "error");
  const icon = hasErrors ? (
    <CircleAlert aria-hidden size={15} className="text-danger" />
  ) : problems.length > 0 ? (
    <TriangleAlert aria-hidden size={15} className="text-warn" />
  ) : (
    <CircleCheck aria-hidden size={15} className="text-ok" />
  );
  return (
    <Button variant="quiet" icon={icon} onPress={onPress}>
      <span className="max-md:sr-only">{t("builder.problemCount", { count: problems.length })}</span>
      {problems.length > 0 && (
        <span aria-hidden className="md:hidden">
          {problems.length}
        </span>
      )}
    </Button>
  );
}

type PublishProps = { view: SequenceBuilderView; isSaving: boolean; onProblems: () => void };

/** Errors keep a journey from being switched on: then the press shows them. */
function PublishButton({ view, isSaving, onProblems }: PublishProps) {
  const { t } = useTranslation();
  const [isAsking, setIsAsking] = useState(false);
  const hasErrors = view.problems.some(({ level }) => level === "error");
  return (
    <>
      <Button variant="primary" isDisabled={isSaving} onPress={() => (hasErrors ? onProblems() : setIsAsking(true))}>
        {t(view.versionNumber === null ? "builder.switchOn" : "builder.publish")}
      </Button>
      {isAsking && <PublishDialog view={view} onClose={() => setIsAsking(false)} />}
    </>
  );
}
