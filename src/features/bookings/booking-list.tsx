import { Link } from "@tanstack/react-router";
import { CalendarDays, MapPin, Video } from "lucide-react";
import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import { Page } from "../../components/layout/page";
import { BookingStatusBadge } from "../../components/status";
import { EmptyState } from "../../components/ui/empty-state";
import { SkeletonRows } from "../../components/ui/skeleton";
import { Tabs } from "../../components/ui/tabs";
import { ExactTime } from "../../components/ui/time";
import { VirtualList } from "../../components/ui/virtual-list";
import type { BookingRow, BookingView } from "../../lib/api-types";
import { useOrgPaginatedQuery } from "../../lib/org";
import { BOOKING_VIEWS } from "../../lib/search-params";
import { useTitle } from "../../lib/title";

const PAGE_SIZE = 40;
const ROW_HEIGHT_PX = 64;

type BookingListProps = { view: BookingView; onView: (view: BookingView) => void };

export function BookingList({ view, onView }: BookingListProps) {
  const { t } = useTranslation();
  useTitle(t("bookings.title"));
  return (
    <Page title={t("bookings.title")}>
      <Tabs
        label={t("bookings.views")}
        tabs={BOOKING_VIEWS.map((id) => ({ id, label: t(`bookings.${id}`) }))}
        value={view}
        onChange={onView}
        className="grow"
        listClassName="px-6 max-md:px-4"
      >
        <Rows key={view} view={view} />
      </Tabs>
    </Page>
  );
}

function Rows({ view }: { view: BookingView }) {
  const { t } = useTranslation();
  const { results, status, loadMore } = useOrgPaginatedQuery(
    api.bookings.queries.list,
    { view },
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
  return (
    <VirtualList
      label={t("bookings.list")}
      rows={results}
      idOf={(row) => row.id}
      rowHeight={ROW_HEIGHT_PX}
      onEnd={more}
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
