import { Download, ShieldOff, ShieldPlus, Upload } from "lucide-react";
import { useCallback, useDeferredValue, useState } from "react";
import { useTranslation } from "react-i18next";
import type { FunctionReturnType } from "convex/server";
import { SUPPRESSION_REASON_FILTERS, type ReasonFilter } from "./reason-filters";
import { api } from "../../../convex/_generated/api";
import { Button } from "../../components/ui/button";
import { EmptyState } from "../../components/ui/empty-state";
import { Select } from "../../components/ui/select";
import { SkeletonRows } from "../../components/ui/skeleton";
import { TextField } from "../../components/ui/text-field";
import { VirtualList } from "../../components/ui/virtual-list";
import { useCan, useOrgPaginatedQuery } from "../../lib/org";
import { AddDialog } from "./add-dialog";
import { ImportDialog } from "./import-dialog";
import { LiftDialog } from "./lift-dialog";
import { SuppressionRow } from "./suppression-row";
import { useExport } from "./use-export";

export type Suppression = FunctionReturnType<typeof api.contacts.suppressions.queries.list>["page"][number];

const PAGE_SIZE = 50;
const ROW_HEIGHT_PX = 60;

type OpenDialog = { kind: "add" } | { kind: "import" } | { kind: "lift"; row: Suppression } | null;

/** Addresses that must not be written to: found, added, lifted, imported, exported. */
export function SuppressionList() {
  const [text, setText] = useState("");
  const [reason, setReason] = useState<ReasonFilter>("all");
  const [dialog, setDialog] = useState<OpenDialog>(null);
  const search = useDeferredValue(text.trim());
  return (
    <>
      <Toolbar
        text={text}
        onText={setText}
        reason={reason}
        onReason={setReason}
        onAdd={() => setDialog({ kind: "add" })}
        onImport={() => setDialog({ kind: "import" })}
      />
      <Rows
        text={search}
        reason={reason}
        onLift={(row) => setDialog({ kind: "lift", row })}
        onAdd={() => setDialog({ kind: "add" })}
      />
      {dialog?.kind === "add" && <AddDialog onClose={() => setDialog(null)} />}
      {dialog?.kind === "import" && <ImportDialog onClose={() => setDialog(null)} />}
      {dialog?.kind === "lift" && <LiftDialog row={dialog.row} onClose={() => setDialog(null)} />}
    </>
  );
}

type ToolbarProps = {
  text: string;
  onText: (text: string) => void;
  reason: ReasonFilter;
  onReason: (reason: ReasonFilter) => void;
  onAdd: () => void;
  onImport: () => void;
};

function Toolbar({ text, onText, reason, onReason, onAdd, onImport }: ToolbarProps) {
  const { t } = useTranslation();
  const mayEdit = useCan("contacts.edit");
  const mayManage = useCan("consent.manage");
  const { isExporting, startExport } = useExport();
  return (
    <div className="flex flex-wrap items-end gap-2 border-b border-line px-6 py-3 max-md:px-4">
      <TextField
        label={t("common.search")}
        hideLabel
        placeholder={t("consent.searchAddress")}
        value={text}
        onChange={onText}
        className="w-64 max-md:w-full"
      />
      <Select
        label={t("consent.reason")}
        hideLabel
        options={SUPPRESSION_REASON_FILTERS.map((id) => ({
          id,
          label: id === "all" ? t("consent.everyReason") : t(`consent.reasons.${id}`),
        }))}
        value={reason}
        onChange={onReason}
        isDisabled={text.trim() !== ""}
        className="w-48 max-md:w-full"
      />
      <span className="grow" />
      <Button icon={<Download aria-hidden size={14} />} isPending={isExporting} onPress={() => void startExport()}>
        {t("consent.exportList")}
      </Button>
      {mayManage && (
        <Button icon={<Upload aria-hidden size={14} />} onPress={onImport}>
          {t("consent.import")}
        </Button>
      )}
      {mayEdit && (
        <Button variant="primary" icon={<ShieldPlus aria-hidden size={14} />} onPress={onAdd}>
          {t("consent.add")}
        </Button>
      )}
    </div>
  );
}

type RowsProps = { text: string; reason: ReasonFilter; onLift: (row: Suppression) => void; onAdd: () => void };

function Rows({ text, reason, onLift, onAdd }: RowsProps) {
  const { t } = useTranslation();
  const mayEdit = useCan("contacts.edit");
  const { results, status, loadMore } = useOrgPaginatedQuery(
    api.contacts.suppressions.queries.list,
    { text, ...(reason === "all" ? {} : { reason }) },
    { initialNumItems: PAGE_SIZE },
  );
  const more = useCallback(() => {
    if (status === "CanLoadMore") loadMore(PAGE_SIZE);
  }, [status, loadMore]);
  if (status === "LoadingFirstPage") return <SkeletonRows />;
  if (results.length === 0) {
    const isFiltered = text !== "" || reason !== "all";
    return (
      <EmptyState
        icon={ShieldOff}
        title={t(isFiltered ? "consent.noneFound" : "consent.empty")}
        text={t(isFiltered ? "consent.noneFoundText" : "consent.emptyText")}
        action={
          mayEdit && !isFiltered ? (
            <Button variant="primary" onPress={onAdd}>
              {t("consent.add")}
            </Button>
          ) : undefined
        }
      />
    );
  }
  return (
    <div className="@container flex min-h-0 grow flex-col">
      <VirtualList
        label={t("consent.tabs.suppressions")}
        rows={results}
        idOf={(row) => row.id}
        rowHeight={ROW_HEIGHT_PX}
        onEnd={more}
        renderRow={(row) => <SuppressionRow row={row} onLift={() => onLift(row)} />}
      />
    </div>
  );
}
