import { Link } from "@tanstack/react-router";
import { CalendarDays, FileUp, MapPin, Plus, Video } from "lucide-react";
import { useCallback, useDeferredValue, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import type { BookingStatus } from "../../../convex/bookings/statuses";
import { Page } from "../../components/layout/page";
import { BookingStatusBadge } from "../../components/status";
import { Button } from "../../components/ui/button";
import { EmptyState } from "../../components/ui/empty-state";
import { Select } from "../../components/ui/select";
import { SkeletonRows } from "../../components/ui/skeleton";
import { Tabs } from "../../components/ui/tabs";
import { TextField } from "../../components/ui/text-field";
import { ExactTime } from "../../components/ui/time";
import { VirtualList } from "../../components/ui/virtual-list";
import type { BookingRow, BookingView } from "../../lib/api-types";
import { later } from "../../lib/later";
import { useCan, useOrgPaginatedQuery, useOrgQuery } from "../../lib/org";
import { BOOKING_VIEWS, type BookingSearch } from "../../lib/search-params";
import { useTitle } from "../../lib/title";

const PAGE_SIZE = 40;
const ROW_HEIGHT_PX = 64;

type BookingListProps = { search: BookingSearch; onSearch: (search: BookingSearch) => void };

const Calendar = later(async () => (await import("./calendar/calendar")).Calendar);
const Imports = later(async () => (await import("./import/import-list")).BookingImports);
const ImportDialog = later(async () => (await import("./import/import-dialog")).BookingImportDialog);
const NewBookingDialog = later(async () => (await import("./new-booking-dialog")).NewBookingDialog);

/** All bookings: ahead, past, cancelled, and as a calendar. */
export function BookingList({ search, onSearch }: BookingListProps) {
  const { t } = useTranslation();
  useTitle(t("bookings.title"));
  const mayEdit = useCan("bookings.edit");
  const [dialog, setDialog] = useState<"new" | "import" | null>(null);
  const { view } = search;
  return (
    <Page
      title={t("bookings.title")}
      actions={
        mayEdit && (
          <span className="flex gap-2">
            <Button icon={<FileUp aria-hidden size={14} />} onPress={() => setDialog("import")}>
              {t("bookings.import")}
            </Button>
            <Button variant="primary" icon={<Plus aria-hidden size={15} />} onPress={() => setDialog("new")}>
              {t("bookings.new")}
            </Button>
          </span>
        )
      }
    >
      <Tabs
        label={t("bookings.views")}
        tabs={BOOKING_VIEWS.map((id) => ({ id, label: t(`bookings.${id}`) }))}
        value={view}
        onChange={(next) => onSearch({ view: next, ...(isList(next) ? known(search) : {}) })}
        className="grow"
        listClassName="px-6 max-md:px-4"
      >
        {view === "calendar" && <Calendar search={search} onSearch={onSearch} />}
        {view === "imports" && <Imports />}
        {isList(view) && <List search={search} onSearch={onSearch} />}
      </Tabs>
      {dialog === "new" && <NewBookingDialog onClose={() => setDialog(null)} />}
      {dialog === "import" && <ImportDialog onClose={() => setDialog(null)} />}
    </Page>
  );
}

/** Whether a view is a list of bookings. */
const isList = (view: BookingSearch["view"]): view is BookingView => view !== "calendar" && view !== "imports";

/** What goes along from one list to another. */
const known = ({ q }: BookingSearch) => (q === undefined ? {} : { q });

function List({ search, onSearch }: BookingListProps) {
  const { view, status, q = "" } = search;
  if (!isList(view)) return null;
  return (
    <div className="flex min-h-0 grow flex-col">
      <Filters search={search} onSearch={onSearch} />
      {q === "" ? <Rows key={`${view} ${status}`} view={view} status={status} /> : <Found text={q} />}
    </div>
  );
}

const ALL = "all";
/** States a list can be narrowed to; cancelled ones have a list of their own. */
const STATUSES = ["confirmed", "checked_in", "completed", "no_show"] as const;

function Filters({ search, onSearch }: BookingListProps) {
  const { t } = useTranslation();
  const { view, status, q = "" } = search;
  const change = ({
    status: nextStatus = status,
    q: nextText = q,
  }: {
    status?: BookingStatus | typeof ALL;
    q?: string;
  }) =>
    onSearch({
      view,
      ...(nextStatus === undefined || nextStatus === ALL ? {} : { status: nextStatus }),
      ...(nextText === "" ? {} : { q: nextText }),
    });
  return (
    <div className="flex flex-wrap items-center gap-3 border-b border-line px-6 py-2 max-md:px-4">
      <TextField
        type="search"
        label={t("bookings.search")}
        hideLabel
        placeholder={t("bookings.search")}
        value={q}
        onChange={(text) => change({ q: text })}
        className="w-72 max-md:w-full"
      />
      {view !== "cancelled" && q === "" && (
        <Select
          label={t("bookings.status")}
          hideLabel
          options={[
            { id: ALL, label: t("bookings.allStatuses") },
            ...STATUSES.map((id) => ({ id, label: t(`bookingStatus.${id}`) })),
          ]}
          value={STATUSES.find((id) => id === status) ?? ALL}
          onChange={(next) => change({ status: next })}
          className="w-48 max-md:w-full"
        />
      )}
    </div>
  );
}

function Found({ text }: { text: string }) {
  const { t } = useTranslation();
  const asked = useDeferredValue(text);
  const found = useOrgQuery(api.bookings.queries.search, { text: asked });
  if (found === undefined) return <SkeletonRows />;
  if (found.length === 0) return <EmptyState icon={CalendarDays} title={t("bookings.noneFound", { text })} />;
  return <BookingRows rows={found} />;
}

type RowsProps = { view: BookingView; status: BookingStatus | undefined };

function Rows({ view, status: wanted }: RowsProps) {
  const { t } = useTranslation();
  const { results, status, loadMore } = useOrgPaginatedQuery(
    api.bookings.queries.list,
    { view, ...(wanted === undefined || view === "cancelled" ? {} : { status: wanted }) },
    { initialNumItems: PAGE_SIZE },
  );
  const more = useCallback(() => {
    if (status === "CanLoadMore") loadMore(PAGE_SIZE);
  }, [status, loadMore]);
  if (status === "LoadingFirstPage") return <SkeletonRows />;
  if (results.length === 0) {
    const title = { upcoming: "emptyUpcoming", past: "emptyPast", cancelled: "emptyCancelled" } as const;
    return (
      <EmptyState
        icon={CalendarDays}
        title={t(`bookings.${title[view]}`)}
        text={t("bookings.emptyText")}
        action={
          <Link
            to="/settings/$section"
            params={{ section: "sources" }}
            className="font-medium text-accent-text underline underline-offset-2"
          >
            {t("bookings.showSources")}
          </Link>
        }
      />
    );
  }
  return <BookingRows rows={results} onEnd={more} />;
}

function BookingRows({ rows, onEnd }: { rows: readonly BookingRow[]; onEnd?: () => void }) {
  const { t } = useTranslation();
  return (
    <VirtualList
      label={t("bookings.list")}
      rows={rows}
      idOf={(row) => row.id}
      rowHeight={ROW_HEIGHT_PX}
      {...(onEnd === undefined ? {} : { onEnd })}
      renderRow={(row) => <BookingListRow row={row} />}
    />
  );
}

function BookingListRow({ row }: { row: BookingRow }) {
  const { t } = useTranslation();
  const Place = row.location.kind === "onsite" ? MapPin : Video;
  const place = row.location.kind === "onsite" ? (row.location.text ?? t("bookings.onsite")) : t("bookings.online");
  return (
    <Link
      to="/bookings/$bookingId"
      params={{ bookingId: row.id }}
      className="grid h-full grid-cols-[minmax(0,2fr)_minmax(0,1.4fr)_minmax(0,1.4fr)_auto] items-center gap-x-6 border-b border-line px-6 outline-offset-[-2px] transition-colors hover:bg-hover max-lg:grid-cols-[minmax(0,1fr)_auto] max-md:px-4"
    >
      <span className="min-w-0">
        <span className="block truncate text-base font-medium">{row.title}</span>
        <span className="block truncate text-xs text-muted">{row.people.map(({ name }) => name).join(", ")}</span>
      </span>
      <span className="min-w-0 text-sm max-lg:text-right">
        <ExactTime at={row.startsAt} zone={row.zone ?? undefined} />
        <span className="mt-0.5 hidden justify-end max-lg:flex">
          <BookingStatusBadge status={row.status} />
        </span>
      </span>
      <span className="flex min-w-0 items-center gap-1.5 text-sm text-muted max-lg:hidden">
        <Place aria-hidden size={14} className="shrink-0" />
        <span className="truncate">{place}</span>
      </span>
      <span className="max-lg:hidden">
        <BookingStatusBadge status={row.status} />
      </span>
    </Link>
  );
}
