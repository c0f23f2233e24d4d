import { Trash2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import type { Id } from "../../../convex/_generated/dataModel";
import { describeError } from "../../lib/errors";
import { useCan, useOrgMutation, useOrgQuery } from "../../lib/org";
import { Section } from "../layout/page";
import { Button, IconButton } from "../ui/button";
import { TextField } from "../ui/text-field";
import { RelativeTime } from "../ui/time";
import { toast, toastError } from "../ui/toast";

/** What the team keeps in mind about somebody, across all conversations. */
export function ContactNotes({ contactId }: { contactId: Id<"contacts"> }) {
  const { t } = useTranslation();
  const mayEdit = useCan("contacts.edit");
  const notes = useOrgQuery(api.contacts.notes.queries.list, { contactId });
  const { add, remove } = useNotes(contactId);
  return (
    <Section title={t("person.notes")}>
      {mayEdit && <NewNote onAdd={add} />}
      {notes?.length === 0 && !mayEdit && <p className="text-sm text-muted">{t("person.noNotes")}</p>}
      <ul className="flex flex-col gap-1.5">
        {notes?.map(({ id, text, authorName, at }) => (
          <li key={id} data-testid="contact-note" className="flex gap-1 rounded-md bg-warn-soft px-3 py-2 text-sm">
            <span className="min-w-0 grow">
              <span className="block break-words whitespace-pre-wrap">{text}</span>
              <span className="block text-xs text-muted">
                {authorName} · <RelativeTime at={at} />
              </span>
            </span>
            {mayEdit && (
              <IconButton
                size="sm"
                label={t("person.removeNote")}
                icon={<Trash2 aria-hidden size={13} />}
                onPress={() => remove(id, text)}
              />
            )}
          </li>
        ))}
      </ul>
    </Section>
  );
}

function useNotes(contactId: Id<"contacts">) {
  const { t } = useTranslation();
  const addNote = useOrgMutation(api.contacts.notes.mutations.add);
  const removeNote = useOrgMutation(api.contacts.notes.mutations.remove);
  const failed = (thrown: unknown) => toastError(describeError(thrown, t));
  const add = async (text: string): Promise<boolean> => {
    try {
      await addNote({ contactId, text, clientId: crypto.randomUUID() });
      return true;
    } catch (thrown) {
      failed(thrown);
      return false;
    }
  };
  const remove = (noteId: Id<"contactNotes">, text: string) => {
    removeNote({ noteId }).then(() => toast(t("person.noteRemoved"), { undo: () => void add(text) }), failed);
  };
  return { add, remove };
}

function NewNote({ onAdd }: { onAdd: (text: string) => Promise<boolean> }) {
  const { t } = useTranslation();
  const [text, setText] = useState("");
  const save = async () => {
    if (await onAdd(text)) setText("");
  };
  return (
    <div className="flex flex-col gap-2">
      <TextField
        label={t("person.newNote")}
        hideLabel
        placeholder={t("person.newNote")}
        rows={2}
        value={text}
        onChange={setText}
      />
      {text.trim() !== "" && (
        <Button size="sm" className="self-start" onPress={() => void save()}>
          {t("person.saveNote")}
        </Button>
      )}
    </div>
  );
}
