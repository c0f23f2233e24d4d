import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import { OrderDiscussion } from "../../components/internal/order-discussion";
import { TextField } from "../../components/ui/text-field";
import { toastError } from "../../components/ui/toast";
import type { ThreadDetail } from "../../lib/api-types";
import { describeError } from "../../lib/errors";
import { useCan, useOrgMutation } from "../../lib/org";

/** Not in a discussion itself. */
export function offersDiscussions({ channel }: ThreadDetail): boolean {
  return channel !== "internal_comment";
}

/** Which orders a conversation is about, separated by commas; kept when the field is left. */
export function ThreadOrder({ thread }: { thread: ThreadDetail }) {
  const { t } = useTranslation();
  const mayChange = useCan("inbox.reply");
  const setOrders = useOrgMutation(api.inbox.ofContact.mutations.setOrders);
  const [typed, setTyped] = useState<string | null>(null);
  const known = thread.orders.join(", ");
  const keep = () => {
    if (typed === null || typed.trim() === known) return setTyped(null);
    setOrders({ threadId: thread.id, orders: typed.split(",") }).then(
      () => setTyped(null),
      (thrown: unknown) => toastError(describeError(thrown, t)),
    );
  };
  return (
    <div className="flex flex-col gap-1">
      <TextField
        label={t("person.order")}
        description={t("person.tagsText")}
        value={typed ?? known}
        onChange={setTyped}
        onBlur={keep}
        isReadOnly={!mayChange}
      />
      {offersDiscussions(thread) && thread.orders.map((order) => <OrderDiscussion key={order} order={order} />)}
    </div>
  );
}
