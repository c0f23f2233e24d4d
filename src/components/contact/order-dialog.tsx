import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import type { Id } from "../../../convex/_generated/dataModel";
import { asAppError } from "../../../convex/lib/errors";
import { describeError } from "../../lib/errors";
import { useOrgMutation } from "../../lib/org";
import { FormDialog } from "../ui/form-dialog";
import { TextField } from "../ui/text-field";
import { toast, toastError } from "../ui/toast";

type OrderDialogProps = {
  contactId: Id<"contacts">;
  /** Whose state changes; absent: a new one. */
  order?: { id: Id<"orders">; number: string; status: string | null };
  onClose: () => void;
};

/** A new order of a contact, or another state of one. */
export function OrderDialog({ contactId, order, onClose }: OrderDialogProps) {
  const { t } = useTranslation();
  const add = useOrgMutation(api.contacts.orders.mutations.add);
  const change = useOrgMutation(api.contacts.orders.mutations.change);
  const [number, setNumber] = useState(order?.number ?? "");
  const [status, setStatus] = useState(order?.status ?? "");
  const [problem, setProblem] = useState<{ field: string; text: string } | null>(null);
  const errorAt = (field: string) => (problem?.field === field ? problem.text : null);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    try {
      if (order === undefined) await add({ contactId, number, status });
      else await change({ orderId: order.id, status });
      toast(t("person.orderSaved"));
      onClose();
    } catch (thrown) {
      const field = asAppError(thrown)?.field;
      if (field === undefined) toastError(describeError(thrown, t));
      else setProblem({ field, text: describeError(thrown, t) });
    }
  };
  const title = order === undefined ? t("person.addOrder") : t("person.changeOrder", { order: order.number });
  return (
    <FormDialog title={title} onClose={onClose} onSubmit={submit}>
      {order === undefined && (
        <TextField
          label={t("person.orderNumber")}
          value={number}
          onChange={setNumber}
          error={errorAt("number")}
          autoFocus
        />
      )}
      <TextField
        label={t("person.orderState")}
        value={status}
        onChange={setStatus}
        error={errorAt("status")}
        autoFocus={order !== undefined}
      />
    </FormDialog>
  );
}
