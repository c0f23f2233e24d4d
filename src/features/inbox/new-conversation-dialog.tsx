import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import type { Id } from "../../../convex/_generated/dataModel";
import { PersonField } from "../../components/contact/person-field";
import { FormDialog } from "../../components/ui/form-dialog";
import { Select } from "../../components/ui/select";
import { TextField } from "../../components/ui/text-field";
import { asAppError } from "../../../convex/lib/errors";
import { describeError } from "../../lib/errors";
import { typedMeanwhile } from "../../lib/later";
import { useOrgMutation } from "../../lib/org";
import { useInboxPlace } from "./inbox-context";

const CHANNELS = ["email", "sms", "whatsapp"] as const;
type BeginChannel = (typeof CHANNELS)[number];

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
        label={t("answering.person")}
        typed={typed}
        isChosen={contactId !== null}
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
