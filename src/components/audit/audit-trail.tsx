import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import type { Id } from "../../../convex/_generated/dataModel";
import { useLanguage } from "../../lib/i18n";
import { useNow } from "../../lib/now";
import { useOrgPaginatedQuery, useOrgQuery } from "../../lib/org";
import { dateTime } from "../../lib/time-format";
import { Button } from "../ui/button";
import { SkeletonRows } from "../ui/skeleton";
import { ExactTime } from "../ui/time";
import { actionText, detailTexts } from "./audit-text";

const PAGE_SIZE = 30;

type Entry = (typeof api.audit.queries.list)["_returnType"]["page"][number];
type AuditTrailProps = { subject?: { table: string; id: string }; memberId?: Id<"members"> };

/** Who did what, newest first: in the workspace, to one thing, or by one person. */
export function AuditTrail(filter: AuditTrailProps) {
  const { t } = useTranslation();
  const entries = useOrgPaginatedQuery(api.audit.queries.list, filter, { initialNumItems: PAGE_SIZE });
  if (entries.status === "LoadingFirstPage") return <SkeletonRows count={4} className="px-0" />;
  if (entries.results.length === 0) return <p className="text-sm text-faint">{t("audit.empty")}</p>;
  return (
    <div className="flex flex-col gap-3">
      <ol className="divide-y divide-line rounded-lg border border-line">
        {entries.results.map((entry) => (
          <EntryRow key={entry.id} entry={entry} isLinked={filter.subject === undefined} />
        ))}
      </ol>
      {entries.status !== "Exhausted" && (
        <Button isDisabled={entries.status === "LoadingMore"} onPress={() => entries.loadMore(PAGE_SIZE)}>
          {t("audit.more")}
        </Button>
      )}
    </div>
  );
}

type EntryRowProps = {
  entry: Omit<Entry, "subject"> & { subject?: Entry["subject"] };
  isLinked: boolean;
  /** Whether a system that did it is worth its name: the booking system, say. */
  isSystemNamed?: boolean;
};

/** One entry of the record in words. */
export function EntryRow({ entry, isLinked, isSystemNamed = false }: EntryRowProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const now = useNow();
  const names = useNames();
  const { actor } = entry;
  const who =
    actor.kind === "member"
      ? (names.get(actor.memberId) ?? t("common.unknownPerson"))
      : actor.kind === "contact"
        ? t("audit.customer")
        : isSystemNamed
          ? actor.name
          : t("audit.system");
  const details = detailTexts(entry.details, { names, t, moment: (at) => dateTime(at, language, now) });
  return (
    <li className="flex flex-wrap items-baseline gap-x-3 gap-y-0.5 px-4 py-2.5 text-sm">
      <span className="min-w-0 flex-1 basis-60">
        <span className="font-medium">{who}</span> <span>{actionText(entry.action, t)}</span>
        {details.length > 0 && <span className="block text-xs break-words text-muted">{details.join(" · ")}</span>}
      </span>
      {isLinked && entry.subject !== undefined && <SubjectLink subject={entry.subject} />}
      <ExactTime at={entry.at} className="shrink-0 text-xs text-faint tabular-nums" />
    </li>
  );
}

/** Leads to what the entry is about, where that has a page of its own. */
function SubjectLink({ subject: { table, id } }: { subject: Entry["subject"] }) {
  const { t } = useTranslation();
  const className = "shrink-0 rounded-sm text-xs text-accent-text underline underline-offset-2";
  if (table === "threads") {
    return (
      <Link to="/inbox/$threadId" params={{ threadId: id }} search={{ view: "all" }} className={className}>
        {t("audit.open")}
      </Link>
    );
  }
  if (table === "bookings") {
    return (
      <Link to="/bookings/$bookingId" params={{ bookingId: id }} className={className}>
        {t("audit.open")}
      </Link>
    );
  }
  if (table === "contacts") {
    return (
      <Link to="/contacts/$contactId" params={{ contactId: id }} className={className}>
        {t("audit.open")}
      </Link>
    );
  }
  return null;
}

/** What ids are called: of members and teams. */
function useNames(): ReadonlyMap<string, string> {
  const members = useOrgQuery(api.orgs.queries.members, {}) ?? [];
  const teams = useOrgQuery(api.inbox.teams.queries.list, {}) ?? [];
  return new Map<string, string>([
    ...members.map(({ memberId, name }) => [memberId, name] as const),
    ...teams.map(({ id, name }) => [id, name] as const),
  ]);
}
