import { Link } from "@tanstack/react-router";
import { ArrowLeft, CalendarPlus, MessageSquareDashed } from "lucide-react";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../../convex/_generated/api";
import type { Id } from "../../../../convex/_generated/dataModel";
import { VersionSelect } from "../../../components/journey/version-select";
import { Button } from "../../../components/ui/button";
import { EmptyState } from "../../../components/ui/empty-state";
import { SkeletonRows } from "../../../components/ui/skeleton";
import type { Flow, SequenceBuilderView } from "../../../lib/api-types";
import { describeError } from "../../../lib/errors";
import { useIsPhone } from "../../../lib/media";
import { useOrgQuery } from "../../../lib/org";
import { localDate } from "../../../lib/time-format";
import { useTitle } from "../../../lib/title";
import { FilterBar } from "./filter-bar";
import { MessageList } from "./message-list";
import { MonthCalendar } from "./month-calendar";
import { type Filter, type Row, rowsOf, totalsOf } from "./rows";
import { TotalsBar } from "./totals-bar";
import { type Gathered, useRehearsal } from "./use-rehearsal";
import { WhyDialog } from "./why-dialog";

/** A journey run against the real upcoming bookings, before anybody gets anything (product.md O-1). */
export function RehearsalScreen({ sequenceId }: { sequenceId: Id<"sequences"> }) {
  const { t } = useTranslation();
  const view = useOrgQuery(api.sequences.drafts.queries.get, { sequenceId });
  useTitle(view === undefined ? t("rehearsal.open") : t("rehearsal.title", { name: view.name }));
  return (
    <div className="flex h-full min-w-0 flex-col bg-surface">
      {view === undefined ? <SkeletonRows className="px-6 pt-6" /> : <Loaded key={view.id} view={view} />}
    </div>
  );
}

const EVERYTHING: Filter = { step: null, state: null, channel: null, people: "meant" };

function Loaded({ view }: { view: SequenceBuilderView }) {
  const [versionId, setVersionId] = useState<Id<"sequenceVersions"> | null>(null);
  const other = useOrgQuery(
    api.sequences.versions.queries.flow,
    versionId === null ? "skip" : { sequenceId: view.id, versionId },
  );
  const flow = versionId === null ? view.flow : other;
  const { error, ...rehearsed } = useRehearsal(view.id, versionId);
  const [filter, setFilter] = useState<Filter>(EVERYTHING);
  const bookings = rehearsed.pages.reduce((sum, page) => sum + page.bookings.length, 0);
  const choose = (chosen: Id<"sequenceVersions"> | null) => {
    setVersionId(chosen);
    // It may have no such step.
    setFilter({ ...filter, step: null });
  };
  return (
    <>
      <Header view={view} error={error} />
      {rehearsed.isWhole && bookings === 0 ? (
        <NoBookings />
      ) : (
        <>
          <FilterBar filter={filter} onChange={setFilter} flow={flow ?? NO_STEPS}>
            <VersionSelect
              sequenceId={view.id}
              hasDraft={view.draft !== null}
              versionId={versionId}
              onChange={choose}
              className="min-w-44"
            />
          </FilterBar>
          <Messages
            key={versionId ?? ""}
            {...rehearsed}
            // Without the names of its steps nothing can be said of them.
            pages={flow === undefined ? [] : rehearsed.pages}
            isWhole={flow !== undefined && rehearsed.isWhole}
            flow={flow ?? NO_STEPS}
            {...{ sequenceId: view.id, versionId, filter, bookings }}
          />
        </>
      )}
    </>
  );
}

const NO_STEPS: Pick<Flow, "nodes"> = { nodes: [] };

function Header({ view, error }: { view: SequenceBuilderView; error: Error | null }) {
  const { t } = useTranslation();
  return (
    <>
      <header className="flex shrink-0 flex-wrap items-center gap-x-3 gap-y-1 px-4 py-2">
        <Link
          to="/sequences/$sequenceId"
          params={{ sequenceId: view.id }}
          aria-label={t("rehearsal.back")}
          className="flex size-8 items-center justify-center rounded-md text-muted hover:bg-hover hover:text-text max-md:size-11"
        >
          <ArrowLeft aria-hidden size={16} />
        </Link>
        <div className="min-w-0 grow basis-60">
          <h1 className="truncate text-base font-semibold">{t("rehearsal.title", { name: view.name })}</h1>
          <p className="text-xs text-muted">{t("rehearsal.intro")}</p>
        </div>
      </header>
      {error !== null && (
        <p role="alert" className="px-4 pb-2 text-sm text-danger">
          {describeError(error, t)}
        </p>
      )}
    </>
  );
}

type MessagesProps = Omit<Gathered, "error"> & {
  sequenceId: Id<"sequences">;
  versionId: Id<"sequenceVersions"> | null;
  flow: Pick<Flow, "nodes">;
  filter: Filter;
  bookings: number;
};

function Messages(props: MessagesProps) {
  const { pages, isWhole, isCut, sequenceId, versionId, flow, filter, bookings } = props;
  const { t } = useTranslation();
  const isPhone = useIsPhone();
  const [day, setDay] = useState<string | null>(null);
  const [opened, setOpened] = useState<Row | null>(null);
  const rows = useMemo(() => rowsOf(pages, filter, (at) => localDate(at)), [pages, filter]);
  const totals = useMemo(() => totalsOf(rows), [rows]);
  const shown = useMemo(() => (day === null ? rows : rows.filter((row) => row.day === day)), [rows, day]);
  const names = useMemo(() => new Map(flow.nodes.map(({ stepId, name }) => [stepId, name])), [flow]);
  const nameOf = (stepId: string) => names.get(stepId) ?? stepId;
  return (
    <>
      <TotalsBar totals={totals} bookings={bookings} isWhole={isWhole} isCut={isCut} />
      <div className="flex min-h-0 grow border-t border-line">
        {!isPhone && (
          <MonthCalendar rows={rows} day={day} onDay={setDay} className="w-120 shrink-0 border-r border-line" />
        )}
        <div className="flex min-w-0 grow flex-col">
          {day !== null && (
            <div className="flex justify-end border-b border-line px-4 py-1">
              <Button size="sm" variant="quiet" onPress={() => setDay(null)}>
                {t("rehearsal.wholeTime")}
              </Button>
            </div>
          )}
          {shown.length > 0 && <MessageList rows={shown} nameOf={nameOf} onChoose={setOpened} />}
          {shown.length === 0 && !isWhole && <SkeletonRows className="p-4" />}
          {shown.length === 0 && isWhole && (
            <EmptyState
              icon={MessageSquareDashed}
              title={t("rehearsal.noMessages")}
              text={t("rehearsal.noMessagesText")}
            />
          )}
        </div>
      </div>
      {opened !== null && (
        <WhyDialog
          sequenceId={sequenceId}
          versionId={versionId}
          row={rows.find(({ id }) => id === opened.id) ?? opened}
          name={nameOf(opened.message.stepId)}
          onClose={() => setOpened(null)}
        />
      )}
    </>
  );
}

function NoBookings() {
  const { t } = useTranslation();
  return (
    <EmptyState
      icon={CalendarPlus}
      title={t("rehearsal.noBookings")}
      text={t("rehearsal.noBookingsText")}
      action={
        <Link
          to="/bookings"
          className="inline-flex h-8 items-center rounded-md bg-accent px-3 text-sm font-medium text-on-accent hover:bg-accent-strong max-md:h-11"
        >
          {t("rehearsal.toBookings")}
        </Link>
      }
    />
  );
}
