import { Link } from "@tanstack/react-router";
import { type RefObject, useEffect, useRef } from "react";
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
import { focusSoon } from "../builder/focus-soon";

const PAGE_SIZE = 25;

type PeopleProps = {
  title: string;
  sequenceId: Id<"sequences">;
  groups: readonly StepPeopleGroup[];
  onClose: () => void;
};

/** The people behind a figure, with what each of them waits for or why it went otherwise. */
export function PeopleDialog({ title, sequenceId, groups, onClose }: PeopleProps) {
  const box = useRef<HTMLDivElement>(null);
  return (
    <Dialog title={title} isOpen onClose={onClose} size="lg">
      <div ref={box} className="flex flex-col gap-2">
        {groups.map((group) => (
          <People
            key={JSON.stringify(group)}
            sequenceId={sequenceId}
            group={group}
            isAlone={groups.length === 1}
            box={box}
          />
        ))}
      </div>
    </Dialog>
  );
}

type GroupProps = { sequenceId: Id<"sequences">; group: StepPeopleGroup; isAlone: boolean; box: Box };
type Box = RefObject<HTMLDivElement | null>;

/** Whoever is taken out goes with the button that was pressed: then the dialog has the keyboard, and not the page below. */
function useKeptKeyboard(box: Box, rows: number): void {
  useEffect(() => {
    focusSoon(() => {
      const isLost = document.activeElement === null || document.activeElement === document.body;
      return isLost ? (box.current?.closest<HTMLElement>("[role=dialog]") ?? null) : null;
    });
  }, [box, rows]);
}

function People({ sequenceId, group, isAlone, box }: GroupProps) {
  const { t } = useTranslation();
  const { results, status, loadMore } = useOrgPaginatedQuery(
    api.sequences.people.queries.page,
    { sequenceId, group },
    { initialNumItems: PAGE_SIZE },
  );
  useKeptKeyboard(box, results.length);
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

/** Two above each other: each is high enough to be hit. */
const LINK = "block w-fit max-w-full truncate leading-6 hover:underline underline-offset-2";

function PersonRow({ person }: { person: StepPerson }) {
  const { t } = useTranslation();
  return (
    <li className="flex min-h-12 items-center gap-3 py-1.5 text-sm max-md:gap-2">
      <span className="min-w-0 grow">
        <Link to="/contacts/$contactId" params={{ contactId: person.contactId }} className={`font-medium ${LINK}`}>
          {person.name}
        </Link>
        <Link to="/bookings/$bookingId" params={{ bookingId: person.bookingId }} className={`text-muted ${LINK}`}>
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
