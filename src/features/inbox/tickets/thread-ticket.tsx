import { ChevronRight, History, Ticket as TicketIcon, TicketX } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../../convex/_generated/api";
import { nextStatus } from "../../../../convex/inbox/tickets/mapping";
import { TICKET_SOURCES, URGENCIES, type TicketStatus } from "../../../../convex/inbox/tickets/sets";
import { Section } from "../../../components/layout/page";
import { TicketStatusBadge, UrgencyMark } from "../../../components/ticket/ticket-state";
import { Button, IconButton } from "../../../components/ui/button";
import { Dialog } from "../../../components/ui/dialog";
import { Select } from "../../../components/ui/select";
import { TextField } from "../../../components/ui/text-field";
import { ExactTime } from "../../../components/ui/time";
import { toast, toastError } from "../../../components/ui/toast";
import type { ThreadDetail } from "../../../lib/api-types";
import { describeError } from "../../../lib/errors";
import { useCan, useOrgMutation, useOrgQuery } from "../../../lib/org";
import { TICKET_KEYS } from "../../../lib/ticket-keys";
import { MakeTicketDialog } from "./make-ticket-dialog";
import { MoveTicketDialog, type Ticket } from "./move-ticket-dialog";

/** The conversation as a ticket, or the way to make it one. */
export function ThreadTicket({ thread }: { thread: ThreadDetail }) {
  const { t } = useTranslation();
  const mayChange = useCan("inbox.reply");
  const ticket = useOrgQuery(api.inbox.tickets.queries.ofThread, thread.isTicket ? { threadId: thread.id } : "skip");
  const [isMaking, setIsMaking] = useState(false);
  if (ticket !== undefined && ticket !== null) return <KnownTicket ticket={ticket} mayChange={mayChange} />;
  if (thread.isTicket || !mayChange) return null;
  return (
    <Section title={t("tickets.ticket")}>
      <Button
        size="sm"
        className="self-start"
        keys={TICKET_KEYS}
        icon={<TicketIcon aria-hidden size={13} />}
        onPress={() => setIsMaking(true)}
      >
        {t("tickets.make")}
      </Button>
      {isMaking && <MakeTicketDialog thread={thread} onClose={() => setIsMaking(false)} />}
    </Section>
  );
}

function KnownTicket({ ticket, mayChange }: { ticket: Ticket; mayChange: boolean }) {
  const { t } = useTranslation();
  const { threadId, status, number } = ticket;
  const [open, setOpen] = useState<"move" | "history" | null>(null);
  const close = () => setOpen(null);
  const { move, remove } = useTicketActions(ticket);
  const next = nextStatus(status);
  return (
    <Section
      title={t("tickets.numbered", { number })}
      actions={
        <span className="flex">
          <IconButton
            size="sm"
            label={t("tickets.history")}
            icon={<History size={13} />}
            onPress={() => setOpen("history")}
          />
          {mayChange && (
            <IconButton size="sm" label={t("tickets.remove")} icon={<TicketX size={13} />} onPress={remove} />
          )}
        </span>
      }
    >
      <div data-testid="ticket" className="flex flex-wrap items-center gap-1.5">
        <TicketStatusBadge status={status} />
        <UrgencyMark urgency={ticket.urgency} />
      </div>
      {mayChange && (
        <div className="flex flex-wrap gap-1.5">
          {next !== null && (
            <Button size="sm" icon={<ChevronRight aria-hidden size={13} />} onPress={() => move(next)}>
              {t(`tickets.status.${next}`)}
            </Button>
          )}
          <Button size="sm" variant="quiet" keys={TICKET_KEYS} onPress={() => setOpen("move")}>
            {t("tickets.otherStatus")}
          </Button>
        </div>
      )}
      <TicketFacts key={threadId} ticket={ticket} mayChange={mayChange} />
      {open === "move" && <MoveTicketDialog threadId={threadId} onClose={close} />}
      <Dialog title={t("tickets.history")} isOpen={open === "history"} onClose={close}>
        <Moves moves={ticket.moves} />
      </Dialog>
    </Section>
  );
}

function useTicketActions({ threadId, number }: Ticket) {
  const { t } = useTranslation();
  const move = useOrgMutation(api.inbox.tickets.mutations.move);
  const remove = useOrgMutation(api.inbox.tickets.mutations.remove);
  const said = (thrown: unknown) => toastError(describeError(thrown, t));
  return {
    move: (to: TicketStatus) => void move({ threadId, to }).catch(said),
    remove: () => void remove({ threadId }).then(() => toast(t("tickets.removed", { number })), said),
  };
}

/** Where it came from, what kind it is and how urgent: changed in place. */
function TicketFacts({ ticket, mayChange }: { ticket: Ticket; mayChange: boolean }) {
  const { t } = useTranslation();
  const describe = useOrgMutation(api.inbox.tickets.mutations.describe);
  const [typed, setTyped] = useState<string | null>(null);
  const { threadId } = ticket;
  const said = (thrown: unknown) => toastError(describeError(thrown, t));
  const known = ticket.category ?? "";
  const keep = () => {
    if (typed === null || typed.trim() === known) return setTyped(null);
    describe({ threadId, category: typed }).then(() => setTyped(null), said);
  };
  return (
    <div className="grid grid-cols-2 gap-2">
      <Select
        label={t("tickets.source")}
        options={TICKET_SOURCES.map((id) => ({ id, label: t(`tickets.sources.${id}`) }))}
        value={ticket.source}
        onChange={(source) => void describe({ threadId, source }).catch(said)}
        isDisabled={!mayChange}
      />
      <Select
        label={t("tickets.urgency")}
        options={URGENCIES.map((id) => ({ id, label: t(`tickets.urgencies.${id}`) }))}
        value={ticket.urgency}
        onChange={(urgency) => void describe({ threadId, urgency }).catch(said)}
        isDisabled={!mayChange}
      />
      <TextField
        label={t("tickets.category")}
        className="col-span-2"
        value={typed ?? known}
        onChange={setTyped}
        onBlur={keep}
        isReadOnly={!mayChange}
      />
    </div>
  );
}

function Moves({ moves }: { moves: Ticket["moves"] }) {
  const { t } = useTranslation();
  return (
    <ol className="flex flex-col gap-3">
      {moves.map(({ id, to, at, by, isJump, reason }) => (
        <li key={id} className="flex flex-wrap items-center gap-x-2 gap-y-1 text-sm">
          <TicketStatusBadge status={to} />
          <span className="text-muted">{by ?? t("tickets.byItself")}</span>
          <ExactTime at={at} className="ml-auto text-xs text-faint" />
          {isJump && (
            <span className="w-full text-xs text-muted">
              {reason === null ? t("tickets.jumped") : t("tickets.because", { reason })}
            </span>
          )}
        </li>
      ))}
    </ol>
  );
}
