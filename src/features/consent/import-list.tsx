import { CircleCheck, CircleSlash, Clock, FileUp, LoaderCircle, type LucideIcon, Undo2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { FunctionReturnType } from "convex/server";
import { api } from "../../../convex/_generated/api";
import type { Id } from "../../../convex/_generated/dataModel";
import { StatusBadge, type Tone } from "../../components/ui/badge";
import { Button } from "../../components/ui/button";
import { EmptyState } from "../../components/ui/empty-state";
import { SkeletonRows } from "../../components/ui/skeleton";
import { RelativeTime } from "../../components/ui/time";
import { toast, toastError } from "../../components/ui/toast";
import { describeError } from "../../lib/errors";
import { useCan, useOrgMutation, useOrgPaginatedQuery } from "../../lib/org";
import { DryRun } from "./dry-run";
import { ImportDialog } from "./import-dialog";
import { Panel } from "./panel";

type ImportRow = FunctionReturnType<typeof api.contacts.suppressions.queries.imports>["page"][number];

const PAGE_SIZE = 20;

const LOOKS: Record<ImportRow["state"], { tone: Tone; icon: LucideIcon }> = {
  reading: { tone: "info", icon: LoaderCircle },
  checked: { tone: "warn", icon: Clock },
  applying: { tone: "info", icon: LoaderCircle },
  applied: { tone: "ok", icon: CircleCheck },
  undoing: { tone: "info", icon: LoaderCircle },
  undone: { tone: "neutral", icon: CircleSlash },
};

/** Files that were imported, with the way back. */
export function ImportList() {
  const { t } = useTranslation();
  const mayManage = useCan("consent.manage");
  const [dialog, setDialog] = useState<"new" | Id<"suppressionImports"> | null>(null);
  const { results, status, loadMore } = useOrgPaginatedQuery(
    api.contacts.suppressions.queries.imports,
    {},
    { initialNumItems: PAGE_SIZE },
  );
  const newImport = mayManage ? (
    <Button variant="primary" icon={<FileUp aria-hidden size={14} />} onPress={() => setDialog("new")}>
      {t("consent.import")}
    </Button>
  ) : undefined;
  return (
    <Panel intro={t("consent.importsText")} actions={results.length > 0 && newImport}>
      {status === "LoadingFirstPage" && <SkeletonRows count={3} className="px-0" />}
      {status !== "LoadingFirstPage" && results.length === 0 && (
        <EmptyState icon={FileUp} title={t("consent.noImports")} text={t("consent.noImportsText")} action={newImport} />
      )}
      {results.length > 0 && (
        <ul className="divide-y divide-line rounded-lg border border-line">
          {results.map((row) => (
            <Row key={row.id} row={row} onOpen={() => setDialog(row.id)} />
          ))}
        </ul>
      )}
      {status === "CanLoadMore" && (
        <Button className="self-center" onPress={() => loadMore(PAGE_SIZE)}>
          {t("common.more")}
        </Button>
      )}
      {dialog === "new" && <ImportDialog onClose={() => setDialog(null)} />}
      {dialog !== null && dialog !== "new" && <DryRun importId={dialog} onClose={() => setDialog(null)} />}
    </Panel>
  );
}

function Row({ row, onOpen }: { row: ImportRow; onOpen: () => void }) {
  const { t } = useTranslation();
  const mayManage = useCan("consent.manage");
  const undoImport = useOrgMutation(api.contacts.suppressions.mutations.undoImport);
  const undo = async () => {
    try {
      await undoImport({ importId: row.id });
      toast(t("consent.importUndone"));
    } catch (thrown) {
      toastError(describeError(thrown, t));
    }
  };
  return (
    <li data-testid="import-row" className="flex flex-wrap items-center gap-x-4 gap-y-2 px-4 py-3">
      <span className="min-w-0 grow">
        <button
          type="button"
          onClick={onOpen}
          className="block max-w-full truncate rounded-sm text-left text-sm font-medium underline decoration-line-strong underline-offset-2"
        >
          {row.fileName}
        </button>
        <span className="block text-xs text-faint">
          {row.createdByName} · <RelativeTime at={row.createdAt} /> ·{" "}
          {t("consent.importCounts", { new: row.counts.new, rejected: row.counts.rejected })}
        </span>
      </span>
      <StatusBadge {...LOOKS[row.state]} label={t(`consent.importStates.${row.state}`)} />
      {mayManage && row.state === "applied" && (
        <Button size="sm" icon={<Undo2 aria-hidden size={13} />} onPress={() => void undo()}>
          {t("actions.undo")}
        </Button>
      )}
    </li>
  );
}
