import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import type { Id } from "../../../convex/_generated/dataModel";
import { asAppError } from "../../../convex/lib/errors";
import { describeError } from "../../lib/errors";
import { useOrgMutation } from "../../lib/org";
import { PersonField } from "../contact/person-field";
import { FormDialog } from "../ui/form-dialog";
import { TextField } from "../ui/text-field";
import { toastError } from "../ui/toast";
import { SameDayNotice, TicketFields, type TicketDraft } from "./ticket-fields";

type Draft = TicketDraft & {
  person: string;
  contactId: Id<"contacts"> | null;
  name: string;
  subject: string;
  text: string;
};

const EMPTY: Draft = { person: "", contactId: null, name: "", subject: "", text: "", category: "", urgency: "MED" };

/** A ticket written down by hand: who called, and what they want. */
export function NewTicketDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const { draft, set, errorAt, known, open, submit } = useNewTicket(onClose);
  return (
    <FormDialog
      title={t("tickets.new")}
      onClose={onClose}
      onSubmit={submit}
      saveLabel={t(known === null ? "tickets.save" : "tickets.saveSeparate")}
    >
      <PersonField
        label={t("tickets.person")}
        typed={draft.person}
        isChosen={draft.contactId !== null}
        error={errorAt("person")}
        onTyped={(person) => set({ person, contactId: null })}
        onContact={(contactId, person) => set({ person, contactId })}
      />
      {draft.contactId === null && (
        <TextField
          label={t("tickets.name")}
          description={t("tickets.nameText")}
          value={draft.name}
          onChange={(name) => set({ name })}
        />
      )}
      <TextField
        label={t("tickets.subject")}
        value={draft.subject}
        onChange={(subject) => set({ subject })}
        error={errorAt("subject")}
      />
      <TextField
        label={t("tickets.text")}
        rows={3}
        value={draft.text}
        onChange={(text) => set({ text })}
        error={errorAt("text")}
      />
      <TicketFields draft={draft} onChange={set} error={errorAt("category")} />
      {known !== null && <SameDayNotice number={known.number} onOpen={() => open(known.threadId)} />}
    </FormDialog>
  );
}

type Known = { threadId: Id<"threads">; number: number };

const FIELDS: readonly string[] = ["person", "subject", "text", "category"];

function useNewTicket(onClose: () => void) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const create = useOrgMutation(api.inbox.tickets.mutations.open);
  // One ticket a dialog, however often it is sent.
  const [clientId] = useState(() => crypto.randomUUID());
  const [draft, setDraft] = useState(EMPTY);
  const [problem, setProblem] = useState<{ field: string; text: string } | null>(null);
  const [known, setKnown] = useState<Known | null>(null);
  const open = (threadId: Id<"threads">) => {
    onClose();
    void navigate({ to: "/inbox/$threadId", params: { threadId }, search: { view: "all" } });
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const { person, contactId, name, subject, text, category, urgency } = draft;
    const named = name.trim() === "" ? {} : { name };
    try {
      const made = await create({
        person:
          contactId === null ? { kind: "address", address: person.trim(), ...named } : { kind: "contact", contactId },
        subject,
        text,
        category,
        urgency,
        clientId,
        isSeparate: known !== null,
      });
      if (made.isNew) open(made.threadId);
      else setKnown(made);
    } catch (thrown) {
      const field = asAppError(thrown)?.field;
      if (field === undefined || !FIELDS.includes(field)) toastError(describeError(thrown, t));
      else setProblem({ field, text: describeError(thrown, t) });
    }
  };
  return {
    draft,
    known,
    open,
    submit,
    errorAt: (field: string) => (problem?.field === field ? problem.text : null),
    // Who it is for decides whether there is one already.
    set: (change: Partial<Draft>) => {
      setDraft({ ...draft, ...change });
      if (change.person !== undefined) setKnown(null);
    },
  };
}
