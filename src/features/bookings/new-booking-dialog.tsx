import { useNavigate } from "@tanstack/react-router";
import { Trash2, UserPlus } from "lucide-react";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import { PersonField } from "../../components/contact/person-field";
import { Button, IconButton } from "../../components/ui/button";
import { FormDialog } from "../../components/ui/form-dialog";
import { TextField } from "../../components/ui/text-field";
import { toast, toastError } from "../../components/ui/toast";
import { describeError } from "../../lib/errors";
import { useOrg, useOrgMutation } from "../../lib/org";
import { factsOf, newDraft, type DraftField } from "./booking-draft";
import { BookingFields } from "./booking-fields";
import { namedPerson, NOBODY, type PersonDraft } from "./person-draft";

type Row = PersonDraft & { id: number };

/** A booking entered by hand, with everybody who takes part; the first of them booked it. */
export function NewBookingDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const { membership } = useOrg();
  const navigate = useNavigate();
  const create = useOrgMutation(api.bookings.mutations.create);
  const [draft, setDraft] = useState(() => newDraft(Date.now(), membership.timezone));
  const [people, setPeople] = useState<readonly Row[]>([{ ...NOBODY, id: 0 }]);
  const [problem, setProblem] = useState<DraftField | number | null>(null);
  const [isBusy, setIsBusy] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (isBusy) return;
    const nobody = people.find((person) => namedPerson(person) === null);
    if (nobody !== undefined) return setProblem(nobody.id);
    const read = factsOf(draft);
    if ("field" in read) return setProblem(read.field);
    setProblem(null);
    setIsBusy(true);
    try {
      const named = people.map(namedPerson).filter((person) => person !== null);
      const bookingId = await create({ ...read.facts, people: named });
      toast(t("bookings.entered"));
      onClose();
      void navigate({ to: "/bookings/$bookingId", params: { bookingId } });
    } catch (thrown) {
      toastError(describeError(thrown, t));
      setIsBusy(false);
    }
  };
  return (
    <FormDialog title={t("bookings.new")} onClose={onClose} onSubmit={submit} saveLabel={t("bookings.enter")}>
      <People people={people} problem={typeof problem === "number" ? problem : null} onChange={setPeople} />
      <BookingFields draft={draft} problem={typeof problem === "string" ? problem : null} onChange={setDraft} />
    </FormDialog>
  );
}

type PeopleProps = { people: readonly Row[]; problem: number | null; onChange: (people: readonly Row[]) => void };

function People({ people, problem, onChange }: PeopleProps) {
  const { t } = useTranslation();
  const set = (id: number, change: Partial<PersonDraft>) =>
    onChange(people.map((person) => (person.id === id ? { ...person, ...change } : person)));
  const add = () => onChange([...people, { ...NOBODY, id: Math.max(...people.map(({ id }) => id)) + 1 }]);
  return (
    <fieldset className="flex flex-col gap-3">
      <legend className="pb-1 text-xs font-medium text-muted">{t("bookings.people")}</legend>
      {people.map((person, at) => (
        <div key={person.id} className="grid grid-cols-[minmax(0,1fr)_auto] items-end gap-2">
          <PersonInput
            label={t("bookings.person", { number: at + 1 })}
            person={person}
            error={problem === person.id ? t("bookings.problems.person") : null}
            onChange={(change) => set(person.id, change)}
          />
          {people.length > 1 && (
            <IconButton
              label={t("bookings.personRemove", { number: at + 1 })}
              icon={<Trash2 size={14} />}
              onPress={() => onChange(people.filter(({ id }) => id !== person.id))}
            />
          )}
        </div>
      ))}
      <Button size="sm" className="self-start" icon={<UserPlus aria-hidden size={13} />} onPress={add}>
        {t("bookings.personAdd")}
      </Button>
    </fieldset>
  );
}

type PersonInputProps = {
  label: string;
  person: PersonDraft;
  error: string | null;
  onChange: (change: Partial<PersonDraft>) => void;
};

/** Somebody known by name, or an address; who is new gets a name too. */
export function PersonInput({ label, person, error, onChange }: PersonInputProps) {
  const { t } = useTranslation();
  const isNew = person.contactId === null && namedPerson(person) !== null;
  return (
    <div className="flex flex-col gap-2">
      <PersonField
        label={label}
        typed={person.typed}
        isChosen={person.contactId !== null}
        error={error}
        onTyped={(typed) => onChange({ typed, contactId: null })}
        onContact={(contactId, typed) => onChange({ typed, contactId })}
      />
      {isNew && (
        <TextField
          label={t("bookings.personName")}
          description={t("bookings.personNew")}
          value={person.name}
          onChange={(name) => onChange({ name })}
        />
      )}
    </div>
  );
}
