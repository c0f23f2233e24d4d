import { type FormEvent, useState } from "react";
import { ComboBox, Input, Label, ListBox, ListBoxItem, Popover } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import type { Id } from "../../../convex/_generated/dataModel";
import { FormDialog } from "../../components/ui/form-dialog";
import { Select } from "../../components/ui/select";
import { FIELD, TextField } from "../../components/ui/text-field";
import { asAppError } from "../../../convex/lib/errors";
import { describeError } from "../../lib/errors";
import { typedMeanwhile } from "../../lib/later";
import { useOrgMutation, useOrgQuery } from "../../lib/org";
import { useInboxPlace } from "./inbox-context";

const CHANNELS = ["email", "sms", "whatsapp"] as const;
type BeginChannel = (typeof CHANNELS)[number];
const MAX_SUGGESTIONS = 6;

/** Whom to write to, on which channel, about what. */
export function NewConversationDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const place = useInboxPlace();
  const begin = useOrgMutation(api.inbox.conversations.mutations.begin);
  const [typed, setTyped] = useState(typedMeanwhile);
  const [contactId, setContactId] = useState<Id<"contacts"> | null>(null);
  const [channel, setChannel] = useState<BeginChannel>("email");
  const [subject, setSubject] = useState("");
  const [error, setError] = useState<{ field: string | undefined; words: string } | null>(null);
  const errorAt = (field: string) => (error?.field === field ? error.words : null);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const person =
      contactId === null
        ? { kind: "address" as const, address: typed.trim() }
        : { kind: "contact" as const, contactId };
    const named = channel === "email" ? subject : t(`channels.${channel}`);
    try {
      const threadId = await begin({ person, channel, subject: named });
      onClose();
      place.open(threadId);
    } catch (thrown) {
      const field = asAppError(thrown)?.field;
      setError({ field: field === "subject" ? field : "person", words: describeError(thrown, t) });
    }
  };
  return (
    <FormDialog title={t("actions.compose")} onClose={onClose} onSubmit={submit} saveLabel={t("answering.begin")}>
      <PersonField
        typed={typed}
        error={errorAt("person")}
        onTyped={(text) => {
          setTyped(text);
          setContactId(null);
        }}
        onContact={(id, name) => {
          setTyped(name);
          setContactId(id);
        }}
      />
      <Select
        label={t("answering.channel")}
        options={CHANNELS.map((id) => ({ id, label: t(`channels.${id}`) }))}
        value={channel}
        onChange={setChannel}
      />
      {channel === "email" && (
        <TextField label={t("answering.subject")} value={subject} onChange={setSubject} error={errorAt("subject")} />
      )}
    </FormDialog>
  );
}

type PersonFieldProps = {
  typed: string;
  error: string | null;
  onTyped: (text: string) => void;
  onContact: (contactId: Id<"contacts">, name: string) => void;
};

function PersonField({ typed, error, onTyped, onContact }: PersonFieldProps) {
  const { t } = useTranslation();
  const text = typed.trim();
  const page = useOrgQuery(
    api.contacts.queries.list,
    text.length < 2 ? "skip" : { text, paginationOpts: { cursor: null, numItems: MAX_SUGGESTIONS } },
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
      <Label className="text-xs font-medium text-muted">{t("answering.person")}</Label>
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
