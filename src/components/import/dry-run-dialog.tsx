import type { ReactNode } from "react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { describeError } from "../../lib/errors";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { SkeletonRows } from "../ui/skeleton";
import { Tabs } from "../ui/tabs";
import { toastError } from "../ui/toast";

type Verdict<T extends string> = { id: T; label: string; count: number };

type DryRunDialogProps<T extends string> = {
  title: string;
  /** How far it is, in words. */
  status: ReactNode;
  verdicts: readonly [Verdict<T>, ...Verdict<T>[]];
  actions: ReactNode;
  /** The lines with one verdict. */
  lines: (verdict: T) => ReactNode;
  onClose: () => void;
};

/** What an import would do, line by line, before it does anything; then how far it is. */
export function DryRunDialog<T extends string>(props: DryRunDialogProps<T>) {
  const { title, status, verdicts, actions, lines, onClose } = props;
  const { t } = useTranslation();
  const [chosen, setChosen] = useState<T | null>(null);
  const shown = chosen ?? (verdicts.find(({ count }) => count > 0) ?? verdicts[0]).id;
  return (
    <Dialog title={title} isOpen onClose={onClose} size="lg" footer={actions}>
      <div role="status" className="flex flex-col gap-1 pb-2 text-sm text-muted">
        {status}
      </div>
      <Tabs label={t("imports.verdictsLabel")} tabs={verdicts} value={shown} onChange={setChosen}>
        {lines(shown)}
      </Tabs>
    </Dialog>
  );
}

type DecideButtonsProps = {
  applyLabel: string;
  isEmpty: boolean;
  onApply: () => Promise<null>;
  onDiscard: () => Promise<null>;
  onClose: () => void;
};

/** Writes what was shown, or throws it away; says it when that fails. */
export function DecideButtons({ applyLabel, isEmpty, onApply, onDiscard, onClose }: DecideButtonsProps) {
  const { t } = useTranslation();
  const run = (work: Promise<null>) => {
    work.catch((thrown: unknown) => toastError(describeError(thrown, t)));
  };
  const throwAway = () => {
    // Closed first: what is shown is gone with it.
    onClose();
    run(onDiscard());
  };
  return (
    <>
      <Button onPress={throwAway}>{t("imports.discard")}</Button>
      <Button variant="primary" isDisabled={isEmpty} onPress={() => run(onApply())}>
        {applyLabel}
      </Button>
    </>
  );
}

type UndoButtonProps = {
  /** What taking it back means, asked before it is done; absent: it is done at once. */
  question?: string;
  onUndo: () => Promise<null>;
};

/** Takes back what an import wrote; says it when that fails. */
export function UndoButton({ question, onUndo }: UndoButtonProps) {
  const { t } = useTranslation();
  const [isAsked, setIsAsked] = useState(false);
  const undo = () => {
    setIsAsked(false);
    onUndo().catch((thrown: unknown) => toastError(describeError(thrown, t)));
  };
  if (question === undefined) return <Button onPress={undo}>{t("actions.undo")}</Button>;
  if (!isAsked) return <Button onPress={() => setIsAsked(true)}>{t("actions.undo")}</Button>;
  return (
    <>
      <p role="alert" className="min-w-0 grow basis-full text-sm text-muted">
        {question}
      </p>
      <Button autoFocus onPress={() => setIsAsked(false)}>
        {t("common.cancel")}
      </Button>
      <Button variant="danger" onPress={undo}>
        {t("imports.takeBack")}
      </Button>
    </>
  );
}

/** How far a running import or its undo is. */
export function ImportProgress({ label, done, all }: { label: string; done: number; all: number }) {
  return <progress aria-label={label} max={all} value={done} className="w-full accent-accent" />;
}

/** Lines on one page. */
export const LINES_PER_PAGE = 25;

type LinesProps<Row extends { line: number }> = {
  page: {
    results: readonly Row[];
    status: "LoadingFirstPage" | "CanLoadMore" | "LoadingMore" | "Exhausted";
    loadMore: (count: number) => void;
  };
  /** What stands above them. */
  head?: ReactNode;
  /** What a line says, and what is the matter with it. */
  show: (row: Row) => { text: ReactNode; note?: string | undefined; problem?: string | undefined };
};

/** Lines of a file with one verdict, page by page. */
export function Lines<Row extends { line: number }>({ page, head, show }: LinesProps<Row>) {
  const { t } = useTranslation();
  const { results, status, loadMore } = page;
  if (status === "LoadingFirstPage") return <SkeletonRows count={4} />;
  return (
    <div className="flex flex-col gap-3 pt-3">
      {head}
      {results.length === 0 && <p className="py-6 text-center text-sm text-muted">{t("imports.noLines")}</p>}
      {results.length > 0 && (
        <ul className="divide-y divide-line rounded-md border border-line">
          {results.map((row) => (
            <Line key={row.line} line={row.line} {...show(row)} />
          ))}
        </ul>
      )}
      {status === "CanLoadMore" && (
        <Button className="self-center" onPress={() => loadMore(LINES_PER_PAGE)}>
          {t("common.more")}
        </Button>
      )}
    </div>
  );
}

type LineProps = { line: number; text: ReactNode; note?: string | undefined; problem?: string | undefined };

function Line({ line, text, note, problem }: LineProps) {
  const { t } = useTranslation();
  return (
    <li className="flex flex-wrap items-baseline justify-between gap-x-4 gap-y-0.5 px-3 py-2 text-sm">
      <span className="min-w-0 break-words">
        <span className="mr-2 text-xs text-faint">{t("imports.line", { line })}</span>
        {text}
      </span>
      {note !== undefined && <span className="text-xs text-warn">{note}</span>}
      {problem !== undefined && <span className="min-w-0 break-words text-xs text-danger">{problem}</span>}
    </li>
  );
}
