import { CalendarClock, X } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../../convex/_generated/api";
import type { Id } from "../../../../convex/_generated/dataModel";
import { Button } from "../../../components/ui/button";
import { Checkbox } from "../../../components/ui/checkbox";
import { TextField } from "../../../components/ui/text-field";
import { useNow } from "../../../lib/now";
import { useOrgPaginatedQuery } from "../../../lib/org";

export type Person = { id: Id<"contacts">; name: string };

const FOUND_PEOPLE = 8;
/** Bookings that are looked at for "the next day": more people than one emergency may have. */
const NEXT_BOOKINGS = 100;
/** A moment ahead, not a calendar day: what is about to take place. */
const SOON_MS = 24 * 3_600_000;

type PeoplePickerProps = {
  people: readonly Person[];
  onChange: (people: readonly Person[]) => void;
  error: string | null;
};

/** Whom to write to: people found by name or address, or everybody whose booking is near. */
export function PeoplePicker({ people, onChange, error }: PeoplePickerProps) {
  const { t } = useTranslation();
  const [text, setText] = useState("");
  const now = useNow();
  const search = text.trim();
  const found = useOrgPaginatedQuery(api.contacts.queries.list, search === "" ? "skip" : { text: search }, {
    initialNumItems: FOUND_PEOPLE,
  });
  const bookings = useOrgPaginatedQuery(
    api.bookings.queries.list,
    { view: "upcoming" },
    { initialNumItems: NEXT_BOOKINGS },
  );
  const near = bookings.results
    .filter(({ startsAt, status }) => startsAt < now + SOON_MS && status !== "cancelled")
    .flatMap((booking) => booking.people.map(({ contactId, name }) => ({ id: contactId, name })));
  const add = (more: readonly Person[]) => {
    const known = new Map([...people, ...more].map((person) => [person.id, person]));
    onChange([...known.values()]);
  };
  const drop = (id: Person["id"]) => onChange(people.filter((person) => person.id !== id));
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="pb-1 text-xs font-medium text-muted">{t("emergencies.to")}</legend>
      <div className="flex flex-wrap items-start gap-2">
        <TextField
          label={t("emergencies.find")}
          hideLabel
          placeholder={t("emergencies.find")}
          value={text}
          onChange={setText}
          error={error}
          autoFocus
          className="min-w-0 flex-1 basis-60"
        />
        <Button
          icon={<CalendarClock aria-hidden size={14} />}
          isDisabled={near.length === 0}
          onPress={() => add(near)}
          className="h-9"
        >
          {t("emergencies.near", { count: new Set(near.map(({ id }) => id)).size })}
        </Button>
      </div>
      {search !== "" && (
        <ul aria-label={t("emergencies.found")} className="rounded-md border border-line px-3 py-1">
          {found.results.map(({ id, name }) => (
            <li key={id}>
              <Checkbox
                isSelected={people.some((person) => person.id === id)}
                onChange={(isOn) => (isOn ? add([{ id, name }]) : drop(id))}
              >
                {name}
              </Checkbox>
            </li>
          ))}
          {found.status !== "LoadingFirstPage" && found.results.length === 0 && (
            <li className="py-1 text-sm text-faint">{t("emergencies.nobodyFound")}</li>
          )}
        </ul>
      )}
      {people.length > 0 && (
        <ul aria-label={t("emergencies.chosen")} className="flex flex-wrap gap-1.5">
          {people.map(({ id, name }) => (
            <li key={id}>
              <Button
                size="sm"
                aria-label={t("emergencies.leaveOut", { name })}
                onPress={() => drop(id)}
                className="rounded-full"
              >
                {name} <X aria-hidden size={12} />
              </Button>
            </li>
          ))}
        </ul>
      )}
    </fieldset>
  );
}
