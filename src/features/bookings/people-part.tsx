import { Link } from "@tanstack/react-router";
import { UserMinus, UserPlus } from "lucide-react";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import { isActiveStatus } from "../../../convex/bookings/transition";
import { Section } from "../../components/layout/page";
import { Avatar } from "../../components/ui/avatar";
import { Badge } from "../../components/ui/badge";
import { Button, IconButton } from "../../components/ui/button";
import { FormDialog } from "../../components/ui/form-dialog";
import { toast, toastError } from "../../components/ui/toast";
import type { BookingDetail } from "../../lib/api-types";
import { describeError } from "../../lib/errors";
import { useFocusHeir } from "../../lib/focus-heir";
import { useOrgMutation } from "../../lib/org";
import { PersonInput } from "./new-booking-dialog";
import { namedPerson, NOBODY } from "./person-draft";

type Person = BookingDetail["people"][number];

/** Who takes part. Somebody who leaves gets no more messages of this booking; who joins gets theirs. */
export function PeoplePart({ booking, mayEdit }: { booking: BookingDetail; mayEdit: boolean }) {
  const { t } = useTranslation();
  const [isAdding, setIsAdding] = useState(false);
  const join = useOrgMutation(api.bookings.mutations.join);
  const leave = useOrgMutation(api.bookings.mutations.leave);
  const isOpen = mayEdit && isActiveStatus(booking.status);
  const { id: bookingId } = booking;
  const remove = async ({ contactId, name }: Person) => {
    const fail = (thrown: unknown) => toastError(describeError(thrown, t));
    try {
      await leave({ bookingId, contactId });
      const undo = () => void join({ bookingId, person: { contactId } }).catch(fail);
      toast(t("bookings.personRemoved", { name }), { undo });
    } catch (thrown) {
      fail(thrown);
    }
  };
  return (
    <Section
      title={t("bookings.people")}
      actions={
        isOpen && (
          <Button size="sm" icon={<UserPlus aria-hidden size={13} />} onPress={() => setIsAdding(true)}>
            {t("bookings.personAdd")}
          </Button>
        )
      }
    >
      <ul className="flex flex-col gap-1">
        {booking.people.map((person) => (
          <PersonRow
            key={person.contactId}
            person={person}
            zone={booking.zone}
            onRemove={isOpen && booking.people.length > 1 ? () => void remove(person) : null}
          />
        ))}
      </ul>
      {isAdding && <AddPersonDialog bookingId={bookingId} onClose={() => setIsAdding(false)} />}
    </Section>
  );
}

type PersonRowProps = { person: Person; zone: string | null; onRemove: (() => void) | null };

function PersonRow({ person, zone, onRemove }: PersonRowProps) {
  const { t } = useTranslation();
  const row = useFocusHeir<HTMLLIElement>();
  const { contactId, name, timezone } = person;
  return (
    <li ref={row} className="flex min-h-8 items-center gap-2 text-sm">
      <Avatar name={name} />
      <Link to="/contacts/$contactId" params={{ contactId }} className="truncate hover:underline">
        {name}
      </Link>
      {person.isBooker && <Badge>{t("bookings.booker")}</Badge>}
      {timezone !== undefined && timezone !== zone && <span className="truncate text-xs text-faint">{timezone}</span>}
      {onRemove !== null && (
        <IconButton
          size="sm"
          className="ml-auto"
          label={t("bookings.personLeave", { name })}
          icon={<UserMinus size={14} />}
          onPress={onRemove}
        />
      )}
    </li>
  );
}

function AddPersonDialog({ bookingId, onClose }: { bookingId: BookingDetail["id"]; onClose: () => void }) {
  const { t } = useTranslation();
  const join = useOrgMutation(api.bookings.mutations.join);
  const [person, setPerson] = useState(NOBODY);
  const [isWrong, setIsWrong] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const named = namedPerson(person);
    setIsWrong(named === null);
    if (named === null) return;
    try {
      await join({ bookingId, person: named });
      toast(t("bookings.personJoined"));
      onClose();
    } catch (thrown) {
      toastError(describeError(thrown, t));
    }
  };
  return (
    <FormDialog title={t("bookings.personAdd")} onClose={onClose} onSubmit={submit} saveLabel={t("bookings.personAdd")}>
      <PersonInput
        label={t("bookings.whoJoins")}
        person={person}
        error={isWrong ? t("bookings.problems.person") : null}
        onChange={(change) => setPerson({ ...person, ...change })}
      />
    </FormDialog>
  );
}
