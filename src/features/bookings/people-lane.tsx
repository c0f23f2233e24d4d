import { useState } from "react";
import { useTranslation } from "react-i18next";
import { PastMessages } from "../../components/lane/past-messages";
import { PersonLane } from "../../components/lane/person-lane";
import { Select } from "../../components/ui/select";
import type { BookingDetail } from "../../lib/api-types";

/**
 * All messages of one of a booking's people, past and ahead, of this booking and of everything else: of several people the
 * one that is chosen.
 */
export function PeopleLane({ people }: { people: BookingDetail["people"] }) {
  const { t } = useTranslation();
  const [chosen, setChosen] = useState<string | null>(null);
  const person = people.find(({ contactId }) => contactId === chosen) ?? people[0];
  if (person === undefined) return null;
  return (
    <section aria-label={t("bookings.lane")} className="flex flex-col gap-4">
      <div className="flex flex-wrap items-end justify-between gap-x-4 gap-y-2">
        <div>
          <h2 className="text-base font-semibold">{t("bookings.laneOf", { name: person.name })}</h2>
          <p className="text-sm text-muted">{t("bookings.laneText")}</p>
        </div>
        {people.length > 1 && (
          <Select<string>
            label={t("bookings.lanePerson")}
            options={people.map(({ contactId, name }) => ({ id: contactId, label: name }))}
            value={person.contactId}
            onChange={setChosen}
            className="min-w-48 max-md:w-full"
          />
        )}
      </div>
      <div key={person.contactId} className="grid grid-cols-1 gap-x-10 gap-y-6 lg:grid-cols-2">
        <PersonLane contactId={person.contactId} isLarge />
        <PastMessages contactId={person.contactId} />
      </div>
    </section>
  );
}
