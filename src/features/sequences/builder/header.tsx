import { Link } from "@tanstack/react-router";
import {
  ArrowLeft,
  Check,
  CircleAlert,
  CircleCheck,
  List,
  LoaderCircle,
  Redo2,
  TriangleAlert,
  Undo2,
  Workflow,
} from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { SequenceStatusBadge } from "../../../components/status";
import { Avatar } from "../../../components/ui/avatar";
import { Button, IconButton } from "../../../components/ui/button";
import type { SequenceBuilderView } from "../../../lib/api-types";
import { useBuilder } from "./context";
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
  return (
    <header className="flex shrink-0 flex-wrap items-center gap-x-3 gap-y-2 px-4 py-2">
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
        <SavedState view={view} isSaving={draft.isSaving} />
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
      <div className="flex items-center gap-1">
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
        {canEdit && <MoreMenu view={view} />}
      </div>
      {canEdit && view.draft !== null && (
        <PublishButton view={view} isSaving={draft.isSaving} onProblems={onProblems} />
      )}
    </header>
  );
}

function SavedState({ view, isSaving }: { view: SequenceBuilderView; isSaving: boolean }) {
  const { t } = useTranslation();
  const version = view.versionNumber === null ? null : t("sequences.version", { number: view.versionNumber });
  const state = isSaving
    ? t("builder.saving")
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
      {t("builder.problemCount", { count: problems.length })}
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
