import { UserPlus, Users } from "lucide-react";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import type { Id } from "../../../convex/_generated/dataModel";
import { PersonField } from "../../components/contact/person-field";
import { Button } from "../../components/ui/button";
import { FormDialog } from "../../components/ui/form-dialog";
import type { ThreadDetail } from "../../lib/api-types";
import { describeError } from "../../lib/errors";
import { useCan, useOrgMutation } from "../../lib/org";

/** Says that a conversation is the team's alone, and gives it its customer. */
export function NoCustomer({ thread }: { thread: ThreadDetail }) {
  const { t } = useTranslation();
  const [isOpen, setIsOpen] = useState(false);
  const mayLink = useCan("inbox.reply");
  return (
    <section aria-label={t("internal.noCustomer")} className="flex flex-col gap-2">
      <p className="flex items-center gap-2 text-sm font-medium">
        <Users aria-hidden size={16} className="shrink-0 text-muted" />
        {t("internal.noCustomer")}
      </p>
      <p className="text-xs text-muted">{t("internal.hint")}</p>
      {mayLink && (
        <Button
          size="sm"
          className="self-start"
          icon={<UserPlus aria-hidden size={13} />}
          onPress={() => setIsOpen(true)}
        >
          {t("internal.link")}
        </Button>
      )}
      {isOpen && <LinkDialog thread={thread} onClose={() => setIsOpen(false)} />}
    </section>
  );
}

function LinkDialog({ thread, onClose }: { thread: ThreadDetail; onClose: () => void }) {
  const { t } = useTranslation();
  const link = useOrgMutation(api.inbox.internal.mutations.linkCustomer);
  const [typed, setTyped] = useState("");
  const [contactId, setContactId] = useState<Id<"contacts"> | null>(null);
  const [error, setError] = useState<string | null>(null);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (contactId === null) return setError(t("internal.chooseKnown"));
    try {
      await link({ threadId: thread.id, contactId });
      onClose();
    } catch (thrown) {
      setError(describeError(thrown, t));
    }
  };
  return (
    <FormDialog title={t("internal.link")} onClose={onClose} onSubmit={submit} saveLabel={t("internal.linkDo")}>
      <PersonField
        label={t("internal.customer")}
        typed={typed}
        isChosen={contactId !== null}
        error={error}
        onTyped={(text) => {
          setTyped(text);
          setContactId(null);
        }}
        onContact={(id, name) => {
          setTyped(name);
          setContactId(id);
        }}
      />
      <p className="text-xs text-muted">{t("internal.linkText")}</p>
    </FormDialog>
  );
}
