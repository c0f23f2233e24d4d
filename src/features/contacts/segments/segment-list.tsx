import { Link, useNavigate } from "@tanstack/react-router";
import { Filter, Plus } from "lucide-react";
import type { FunctionReturnType } from "convex/server";
import { useCallback, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../../convex/_generated/api";
import { Button } from "../../../components/ui/button";
import { EmptyState } from "../../../components/ui/empty-state";
import { Select } from "../../../components/ui/select";
import { SkeletonRows } from "../../../components/ui/skeleton";
import { VirtualList } from "../../../components/ui/virtual-list";
import { useCan, useOrgPaginatedQuery } from "../../../lib/org";
import { useShortcuts } from "../../../lib/shortcuts";
import { SegmentSize } from "./segment-size";

type Segment = FunctionReturnType<typeof api.contacts.segments.queries.list>["page"][number];

const PAGE_SIZE = 30;
const ROW_HEIGHT_PX = 60;
const NEW_KEYS = "c";
const SHOWN = ["offered", "archived"] as const;

/** Every saved rule over contacts, with how many people it lets in. */
export function SegmentList() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const mayEdit = useCan("segments.edit");
  const [shown, setShown] = useState<(typeof SHOWN)[number]>("offered");
  const add = () => void navigate({ to: "/segments/new" });
  useShortcuts(
    mayEdit ? [{ id: "newSegment", keys: NEW_KEYS, label: t("segments.new"), group: "list", run: add }] : [],
  );
  return (
    <>
      <div className="flex flex-wrap items-end justify-between gap-3 border-b border-line px-6 py-3 max-md:px-4">
        <p className="max-w-prose text-sm text-muted">{t("segments.intro")}</p>
        <div className="flex flex-wrap items-end gap-3">
          <Select
            label={t("segments.show")}
            options={SHOWN.map((id) => ({ id, label: t(`segments.${id}`) }))}
            value={shown}
            onChange={setShown}
            className="w-40"
          />
          {mayEdit && (
            <Button variant="primary" keys={NEW_KEYS} icon={<Plus aria-hidden size={14} />} onPress={add}>
              {t("segments.new")}
            </Button>
          )}
        </div>
      </div>
      <Rows key={shown} isArchived={shown === "archived"} />
    </>
  );
}

function Rows({ isArchived }: { isArchived: boolean }) {
  const { t } = useTranslation();
  const { results, status, loadMore } = useOrgPaginatedQuery(
    api.contacts.segments.queries.list,
    { isArchived },
    { initialNumItems: PAGE_SIZE },
  );
  const more = useCallback(() => {
    if (status === "CanLoadMore") loadMore(PAGE_SIZE);
  }, [status, loadMore]);
  if (status === "LoadingFirstPage") return <SkeletonRows />;
  if (results.length === 0) {
    return (
      <EmptyState
        icon={Filter}
        title={t(isArchived ? "segments.noneArchived" : "segments.none")}
        text={t(isArchived ? "segments.noneArchivedText" : "segments.noneText")}
      />
    );
  }
  return (
    <div className="flex min-h-0 grow flex-col">
      <VirtualList
        label={t("segments.title")}
        rows={results}
        idOf={(row) => row.id}
        rowHeight={ROW_HEIGHT_PX}
        onEnd={more}
        renderRow={(row) => <Row row={row} />}
      />
    </div>
  );
}

function Row({ row }: { row: Segment }) {
  return (
    <Link
      to="/segments/$segmentId"
      params={{ segmentId: row.id }}
      data-testid="segment-row"
      className="flex h-full items-center gap-3 border-b border-line px-6 hover:bg-hover max-md:px-4"
    >
      <Filter aria-hidden size={16} className="shrink-0 text-faint" />
      <span className="flex min-w-0 grow flex-col">
        <span className="truncate text-sm font-medium">{row.name}</span>
        {row.description !== "" && <span className="truncate text-xs text-muted">{row.description}</span>}
      </span>
      <span className="shrink-0 text-sm text-muted tabular-nums">
        <SegmentSize rule={row.rule} />
      </span>
    </Link>
  );
}
