import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { api } from "../../../../convex/_generated/api";
import type { Id } from "../../../../convex/_generated/dataModel";
import { WhyButton } from "../../../components/delivery/why-button";
import { PersonActions } from "../../../components/journey/person-actions";
import { Badge } from "../../../components/ui/badge";
import { Button } from "../../../components/ui/button";
import { Dialog } from "../../../components/ui/dialog";
import { SkeletonRows } from "../../../components/ui/skeleton";
import { ExactTime } from "../../../components/ui/time";
import type { StepPeopleGroup, StepPerson } from "../../../lib/api-types";
import { useOrgPaginatedQuery } from "../../../lib/org";
import { reasonText } from "../../../lib/reasons";

const PAGE_SIZE = 25;

type PeopleProps = {
  title: string;
  sequenceId: Id<"sequences">;
  groups: readonly StepPeopleGroup[];
  onClose: () => void;
};

/** The people behind a figure, with what each of them waits for or why it went otherwise. */
export function PeopleDialog({ title, sequenceId, groups, onClose }: PeopleProps) {
  return (
    <Dialog title={title} isOpen onClose={onClose} size="lg">
      <div className="flex flex-col gap-2">
        {groups.map((group) => (
          <People key={JSON.stringify(group)} sequenceId={sequenceId} group={group} isAlone={groups.length === 1} />
        ))}
      </div>
    </Dialog>
  );
}

type GroupProps = { sequenceId: Id<"sequences">; group: StepPeopleGroup; isAlone: boolean };

function People({ sequenceId, group, isAlone }: GroupProps) {
  const { t } = useTranslation();
  const { results, status, loadMore } = useOrgPaginatedQuery(
    api.sequences.people.queries.page,
    { sequenceId, group },
    { initialNumItems: PAGE_SIZE },
  );
  if (status === "LoadingFirstPage") return <SkeletonRows className="px-0" />;
  if (results.length === 0) return isAlone ? <p className="text-sm text-muted">{t("sequences.noPeople")}</p> : null;
  return (
    <>
      <ul className="divide-y divide-line">
        {results.map((person) => (
          <PersonRow key={person.key} person={person} />
        ))}
      </ul>
      {status === "CanLoadMore" && (
        <Button className="self-center" onPress={() => loadMore(PAGE_SIZE)}>
          {t("builder.showMore")}
        </Button>
      )}
    </>
  );
}

const LINK = "hover:underline underline-offset-2";

function PersonRow({ person }: { person: StepPerson }) {
  const { t } = useTranslation();
  return (
    <li className="flex min-h-12 items-center gap-3 py-1.5 text-sm max-md:gap-2">
      <span className="min-w-0 grow">
        <Link to="/contacts/$contactId" params={{ contactId: person.contactId }} className={`font-medium ${LINK}`}>
          {person.name}
        </Link>
        <Link to="/bookings/$bookingId" params={{ bookingId: person.bookingId }} className={`block text-muted ${LINK}`}>
          {person.bookingTitle}
        </Link>
      </span>
      <span className="min-w-16 text-right text-xs text-muted">
        {person.at === null ? t("bookings.whenHappens") : <ExactTime at={person.at} zone={person.zone} />}
        {person.reason !== null && <span className="block text-warn">{reasonText(person.reason, t)}</span>}
      </span>
      {person.queueId !== null && <WhyButton queueId={person.queueId} />}
      {person.isPaused && <Badge tone="warn">{t("sequences.person.paused")}</Badge>}
      {person.isInside && <PersonActions person={person} />}
    </li>
  );
}
