import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../../convex/_generated/api";
import type { Id } from "../../../../convex/_generated/dataModel";
import { urgencyOf } from "../../../../convex/inbox/tickets/mapping";
import { asAppError } from "../../../../convex/lib/errors";
import { SameDayNotice, TicketFields, type TicketDraft } from "../../../components/ticket/ticket-fields";
import { FormDialog } from "../../../components/ui/form-dialog";
import { toast, toastError } from "../../../components/ui/toast";
import type { ThreadDetail } from "../../../lib/api-types";
import { describeError } from "../../../lib/errors";
import { useOrgMutation } from "../../../lib/org";
import { useInboxPlace } from "../inbox-context";

/** Makes a conversation a ticket. */
export function MakeTicketDialog({ thread, onClose }: { thread: ThreadDetail; onClose: () => void }) {
  const { t } = useTranslation();
  const place = useInboxPlace();
  const make = useOrgMutation(api.inbox.tickets.mutations.make);
  const remove = useOrgMutation(api.inbox.tickets.mutations.remove);
  const before = urgencyOf(thread.priority);
  const [draft, setDraft] = useState<TicketDraft>({ category: "", urgency: before });
  const [error, setError] = useState<string | null>(null);
  const [known, setKnown] = useState<{ threadId: Id<"threads">; number: number } | null>(null);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const { category, urgency } = draft;
    try {
      const made = await make({
        threadId: thread.id,
        category,
        isSeparate: known !== null,
        ...(urgency === before ? {} : { urgency }),
      });
      if (made.threadId !== thread.id) return setKnown(made);
      onClose();
      const undo = () => {
        remove({ threadId: thread.id }).catch((thrown: unknown) => toastError(describeError(thrown, t)));
      };
      toast(t("tickets.made", { number: made.number }), { undo });
    } catch (thrown) {
      if (asAppError(thrown)?.field === "category") setError(describeError(thrown, t));
      else toastError(describeError(thrown, t));
    }
  };
  return (
    <FormDialog
      title={t("tickets.make")}
      onClose={onClose}
      onSubmit={submit}
      saveLabel={t(known === null ? "tickets.save" : "tickets.saveSeparate")}
    >
      <TicketFields draft={draft} onChange={setDraft} error={error} />
      {known !== null && (
        <SameDayNotice
          number={known.number}
          onOpen={() => {
            onClose();
            place.open(known.threadId);
          }}
        />
      )}
    </FormDialog>
  );
}
