import type { FunctionReturnType } from "convex/server";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../../convex/_generated/api";
import type { Id } from "../../../../convex/_generated/dataModel";
import { isJump, nextStatus } from "../../../../convex/inbox/tickets/mapping";
import { TICKET_STATUSES, type TicketStatus } from "../../../../convex/inbox/tickets/sets";
import { asAppError } from "../../../../convex/lib/errors";
import { FormDialog } from "../../../components/ui/form-dialog";
import { Select } from "../../../components/ui/select";
import { TextField } from "../../../components/ui/text-field";
import { toastError } from "../../../components/ui/toast";
import { describeError } from "../../../lib/errors";
import { useOrgMutation, useOrgQuery } from "../../../lib/org";

export type Ticket = NonNullable<FunctionReturnType<typeof api.inbox.tickets.queries.ofThread>>;

type DialogProps = { threadId: Id<"threads">; onClose: () => void };

/** Gives a ticket another status; beside the flow with a reason. */
export function MoveTicketDialog({ threadId, onClose }: DialogProps) {
  const ticket = useOrgQuery(api.inbox.tickets.queries.ofThread, { threadId });
  if (ticket === undefined || ticket === null) return null;
  return <MoveForm threadId={threadId} from={ticket.status} onClose={onClose} />;
}

function MoveForm({ threadId, from, onClose }: DialogProps & { from: TicketStatus }) {
  const { t } = useTranslation();
  const move = useOrgMutation(api.inbox.tickets.mutations.move);
  const [to, setTo] = useState<TicketStatus>(nextStatus(from) ?? "IN_PROGRESS");
  const [reason, setReason] = useState("");
  const [error, setError] = useState<string | null>(null);
  const needsReason = to !== from && isJump(from, to);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (needsReason && reason.trim() === "") return setError(t("tickets.reasonNeeded"));
    try {
      await move({ threadId, to, reason });
      onClose();
    } catch (thrown) {
      if (asAppError(thrown)?.field === "reason") setError(describeError(thrown, t));
      else toastError(describeError(thrown, t));
    }
  };
  return (
    <FormDialog title={t("tickets.changeStatus")} onClose={onClose} onSubmit={submit}>
      <Select
        label={t("tickets.statusOf")}
        options={TICKET_STATUSES.map((id) => ({ id, label: t(`tickets.status.${id}`) }))}
        value={to}
        onChange={(next) => {
          setTo(next);
          setError(null);
        }}
      />
      {needsReason && (
        <TextField
          label={t("tickets.reason")}
          description={t("tickets.reasonText", {
            from: t(`tickets.status.${from}`),
            to: t(`tickets.status.${to}`),
          })}
          value={reason}
          onChange={setReason}
          error={error}
        />
      )}
    </FormDialog>
  );
}
