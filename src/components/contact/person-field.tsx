import { ComboBox, Input, Label, ListBox, ListBoxItem, Popover } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import type { Id } from "../../../convex/_generated/dataModel";
import { useOrgQuery } from "../../lib/org";
import { FIELD } from "../ui/text-field";

const MAX_SUGGESTIONS = 6;

type PersonFieldProps = {
  label: string;
  typed: string;
  /** Somebody known was chosen: nobody else is offered over what stands below. */
  isChosen: boolean;
  error: string | null;
  onTyped: (text: string) => void;
  onContact: (contactId: Id<"contacts">, name: string) => void;
};

/** Somebody known, found by name or address, or an address that is written out. */
export function PersonField({ label, typed, isChosen, error, onTyped, onContact }: PersonFieldProps) {
  const { t } = useTranslation();
  const text = typed.trim();
  const page = useOrgQuery(
    api.contacts.queries.list,
    isChosen || text.length < 2 ? "skip" : { text, paginationOpts: { cursor: null, numItems: MAX_SUGGESTIONS } },
  );
  const people = page?.page ?? [];
  const choose = (key: unknown) => {
    const person = people.find(({ id }) => id === key);
    if (person !== undefined) onContact(person.id, person.name);
  };
  return (
    <ComboBox
      allowsCustomValue
      autoFocus
      menuTrigger="input"
      items={people}
      inputValue={typed}
      onInputChange={onTyped}
      selectedKey={null}
      onSelectionChange={choose}
      className="flex flex-col gap-1"
    >
      <Label className="text-xs font-medium text-muted">{label}</Label>
      <Input placeholder={t("answering.personHint")} className={`${FIELD} h-9 max-md:h-11`} />
      {error !== null && (
        <p role="alert" className="text-xs text-danger">
          {error}
        </p>
      )}
      <Popover className="float-in z-50 w-(--trigger-width) overflow-auto rounded-lg border border-line bg-raised p-1 shadow-float">
        <ListBox<(typeof people)[number]> data-popup className="outline-none">
          {(person) => (
            <ListBoxItem
              id={person.id}
              textValue={person.name}
              className="flex cursor-default flex-col rounded-md px-2 py-1.5 text-sm outline-none focused:bg-hover max-md:py-2.5"
            >
              <span>{person.name}</span>
              <span className="text-xs text-muted">{person.addresses.map(({ address }) => address).join(", ")}</span>
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </ComboBox>
  );
}
