import { X } from "lucide-react";
import { type KeyboardEvent, useState } from "react";
import { Button as AriaButton, ComboBox, Input, Label, ListBox, ListBoxItem, Popover } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import type { Envelope } from "../../../convex/inbox/recipients/rules";
import { Button } from "../../components/ui/button";
import { cx } from "../../components/ui/classes";
import { useOrgQuery } from "../../lib/org";

/** Suggestions for one typed name; more are found by typing on. */
const MAX_SUGGESTIONS = 6;
/** What looks like an address; the server reads it properly. */
const ADDRESS = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;

type RecipientFieldsProps = { envelope: Envelope; onChange: (envelope: Envelope) => void };

/** To, Cc and Bcc of a mail; the copies stay folded until somebody is in them or asks for them. */
export function RecipientFields({ envelope, onChange }: RecipientFieldsProps) {
  const { t } = useTranslation();
  const [isOpen, setIsOpen] = useState(false);
  const hasCopies = envelope.cc.length + envelope.bcc.length > 0;
  const field = (kind: keyof Envelope) => (
    <RecipientField
      label={t(`answering.${kind}`)}
      addresses={envelope[kind]}
      onChange={(addresses) => onChange({ ...envelope, [kind]: addresses })}
    />
  );
  return (
    <div className="flex flex-col gap-1 px-4 pt-2 max-md:px-3">
      <div className="flex items-start gap-1">
        {field("to")}
        {!isOpen && !hasCopies && (
          <Button size="sm" variant="quiet" onPress={() => setIsOpen(true)}>
            {t("answering.copies")}
          </Button>
        )}
      </div>
      {(isOpen || hasCopies) && field("cc")}
      {(isOpen || hasCopies) && field("bcc")}
    </div>
  );
}

type RecipientFieldProps = { label: string; addresses: readonly string[]; onChange: (addresses: string[]) => void };

function RecipientField({ label, addresses, onChange }: RecipientFieldProps) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState("");
  const suggestions = useSuggestions(typed).filter(({ address }) => !addresses.includes(address));
  const add = (text: string) => {
    const found = text.split(/[,;\s]+/).filter((part) => part !== "");
    if (found.length > 0) onChange([...new Set([...addresses, ...found.map((address) => address.toLowerCase())])]);
    setTyped("");
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Backspace" && typed === "") onChange(addresses.slice(0, -1));
    const isEnd = [",", ";"].includes(event.key) || (event.key === "Enter" && !event.metaKey && !event.ctrlKey);
    if (!isEnd || !ADDRESS.test(typed.trim())) return;
    event.preventDefault();
    add(typed);
  };
  return (
    <ComboBox
      aria-label={label}
      allowsCustomValue
      menuTrigger="input"
      items={suggestions}
      inputValue={typed}
      onInputChange={setTyped}
      selectedKey={null}
      onSelectionChange={(key) => typeof key === "string" && add(key)}
      className="flex min-w-0 grow flex-wrap items-center gap-1 text-xs"
    >
      <Label className="w-8 shrink-0 text-muted">{label}</Label>
      {addresses.map((address) => (
        <span
          key={address}
          data-testid="recipient"
          className={cx(
            "inline-flex max-w-full items-center rounded-md border py-0.5 pl-1.5",
            ADDRESS.test(address) ? "border-line bg-sunken" : "border-danger/50 bg-danger-soft text-danger",
          )}
        >
          <span className="truncate">{address}</span>
          <AriaButton
            slot={null}
            aria-label={t("answering.removePerson", { address })}
            onPress={() => onChange(addresses.filter((each) => each !== address))}
            className="flex size-5 items-center justify-center rounded-sm text-muted hover:text-text max-md:size-11"
          >
            <X aria-hidden size={12} />
          </AriaButton>
        </span>
      ))}
      <Input
        onKeyDown={onKeyDown}
        onBlur={() => add(typed)}
        placeholder={addresses.length === 0 ? t("answering.addPerson") : ""}
        className="h-7 min-w-24 grow bg-transparent outline-none max-md:h-10 max-md:text-lg"
      />
      <Popover className="float-in z-50 min-w-60 overflow-auto rounded-lg border border-line bg-raised p-1 shadow-float">
        <ListBox<(typeof suggestions)[number]> data-popup className="outline-none">
          {(person) => (
            <ListBoxItem
              id={person.address}
              textValue={person.address}
              className="flex cursor-default flex-col rounded-md px-2 py-1.5 text-sm outline-none focused:bg-hover max-md:py-2.5"
            >
              <span>{person.name}</span>
              <span className="text-xs text-muted">{person.address}</span>
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </ComboBox>
  );
}

function useSuggestions(typed: string): { id: string; name: string; address: string }[] {
  const text = typed.trim();
  const page = useOrgQuery(
    api.contacts.queries.list,
    text.length < 2 ? "skip" : { text, paginationOpts: { cursor: null, numItems: MAX_SUGGESTIONS } },
  );
  return (page?.page ?? []).flatMap(({ name, addresses }) =>
    addresses
      .filter(({ channel, state }) => channel === "email" && state !== "invalid")
      .map(({ address }) => ({ id: address, name, address })),
  );
}
