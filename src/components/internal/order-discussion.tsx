import { Link } from "@tanstack/react-router";
import { MessagesSquare } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import { DIALOG_COMING, later } from "../../lib/later";
import { useCan, useOrgQuery } from "../../lib/org";
import { Button } from "../ui/button";

const InternalDialog = later(async () => (await import("./internal-dialog")).InternalDialog, {
  meanwhile: DIALOG_COMING,
});

/** The team's discussion of an order (product.md A-15): leads to the one there is, or begins it. */
export function OrderDiscussion({ order }: { order: string }) {
  const { t } = useTranslation();
  const mayBegin = useCan("inbox.reply");
  const [isOpen, setIsOpen] = useState(false);
  const known = useOrgQuery(api.inbox.internal.queries.ofOrder, { order });
  if (known === undefined) return null;
  if (known !== null) {
    return (
      <Link
        to="/inbox/$threadId"
        params={{ threadId: known.threadId }}
        search={{ view: known.isOpen ? "all" : "closed" }}
        className="flex min-w-0 items-center gap-1.5 self-start rounded-sm py-1.5 text-xs text-accent-text underline-offset-2 hover:underline"
      >
        <MessagesSquare aria-hidden size={13} className="shrink-0" />
        <span className="truncate">{t("internal.goOn", { order })}</span>
      </Link>
    );
  }
  if (!mayBegin) return null;
  return (
    <>
      <Button
        size="sm"
        variant="quiet"
        className="-ml-2 max-w-full self-start"
        icon={<MessagesSquare aria-hidden size={13} />}
        onPress={() => setIsOpen(true)}
      >
        <span className="truncate">{t("internal.ofOrder", { order })}</span>
      </Button>
      {isOpen && <InternalDialog kind="discussion" order={order} onClose={() => setIsOpen(false)} />}
    </>
  );
}
