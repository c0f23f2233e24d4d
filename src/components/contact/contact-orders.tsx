import { Link } from "@tanstack/react-router";
import { Pencil, Plus, Trash2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import type { Id } from "../../../convex/_generated/dataModel";
import { keyOf } from "../../../convex/lib/orderNumbers";
import { describeError } from "../../lib/errors";
import { DIALOG_COMING, later } from "../../lib/later";
import { useCan, useOrgMutation, useOrgPaginatedQuery } from "../../lib/org";
import { OrderDiscussion } from "../internal/order-discussion";
import { Section } from "../layout/page";
import { Button, IconButton } from "../ui/button";
import { toast, toastError } from "../ui/toast";
import { CARD } from "./booking-card";

const OrderDialog = later(async () => (await import("./order-dialog")).OrderDialog, { meanwhile: DIALOG_COMING });

const PAGE_SIZE = 6;

type Order = { id: Id<"orders">; number: string; status: string | null };

type ContactOrdersProps = {
  contactId: Id<"contacts">;
  /** Orders whose discussion the same panel leads to already. */
  alreadyOffered: readonly string[];
};

/** What somebody ordered, as imports and members know it: each leads to the conversations about it, and to the team's
 * discussion of it. Nothing where nothing is known and nothing may be added. */
export function ContactOrders({ contactId, alreadyOffered }: ContactOrdersProps) {
  const { t } = useTranslation();
  const mayEdit = useCan("contacts.edit");
  const [edited, setEdited] = useState<Order | "new" | null>(null);
  const remove = useRemove(contactId);
  const { results, status, loadMore } = useOrgPaginatedQuery(
    api.contacts.orders.queries.ofContact,
    { contactId },
    { initialNumItems: PAGE_SIZE },
  );
  if (results.length === 0 && !mayEdit) return null;
  const offered = new Set(alreadyOffered.map((order) => keyOf(order)));
  const addButton = (
    <IconButton
      size="sm"
      label={t("person.addOrder")}
      icon={<Plus aria-hidden size={13} />}
      onPress={() => setEdited("new")}
    />
  );
  return (
    <Section title={t("person.orders")} {...(mayEdit ? { actions: addButton } : {})}>
      {results.length > 0 && (
        <ul className="flex flex-col gap-1.5">
          {results.map((order) => (
            <li key={order.id} data-testid="contact-order" className="flex flex-col">
              <div className="flex items-center gap-1">
                <OrderLink order={order} />
                {mayEdit && <OrderActions order={order} onChange={setEdited} onRemove={remove} />}
              </div>
              {!offered.has(keyOf(order.number)) && <OrderDiscussion order={order.number} />}
            </li>
          ))}
        </ul>
      )}
      {status === "CanLoadMore" && (
        <Button size="sm" className="self-start" onPress={() => loadMore(PAGE_SIZE)}>
          {t("common.more")}
        </Button>
      )}
      {edited !== null && (
        <OrderDialog
          contactId={contactId}
          {...(edited === "new" ? {} : { order: edited })}
          onClose={() => setEdited(null)}
        />
      )}
    </Section>
  );
}

function OrderLink({ order: { number, status } }: { order: Order }) {
  return (
    <Link to="/search" search={{ q: `order:"${number}"` }} className={`${CARD} min-w-0 grow`}>
      <span className="truncate text-sm font-medium">{number}</span>
      {status !== null && <span className="truncate text-xs text-muted">{status}</span>}
    </Link>
  );
}

type OrderActionsProps = { order: Order; onChange: (order: Order) => void; onRemove: (order: Order) => void };

function OrderActions({ order, onChange, onRemove }: OrderActionsProps) {
  const { t } = useTranslation();
  return (
    <>
      <IconButton
        size="sm"
        label={t("person.changeOrder", { order: order.number })}
        icon={<Pencil aria-hidden size={13} />}
        onPress={() => onChange(order)}
      />
      <IconButton
        size="sm"
        label={t("person.removeOrder", { order: order.number })}
        icon={<Trash2 aria-hidden size={13} />}
        onPress={() => onRemove(order)}
      />
    </>
  );
}

function useRemove(contactId: Id<"contacts">) {
  const { t } = useTranslation();
  const add = useOrgMutation(api.contacts.orders.mutations.add);
  const remove = useOrgMutation(api.contacts.orders.mutations.remove);
  const fail = (thrown: unknown) => toastError(describeError(thrown, t));
  return ({ id: orderId, number, status }: Order) => {
    const undo = () => void add({ contactId, number, status: status ?? "" }).catch(fail);
    remove({ orderId }).then(() => toast(t("person.orderRemoved", { order: number }), { undo }), fail);
  };
}
