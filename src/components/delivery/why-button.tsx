import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import type { Id } from "../../../convex/_generated/dataModel";
import { useOrgQuery } from "../../lib/org";
import { Dialog } from "../ui/dialog";
import { SkeletonRows } from "../ui/skeleton";
import { MessageStateBadge } from "../status";
import { DecisionList } from "./decision-list";

/** Every message can say why it went as it did (design rule 6). */
export function WhyButton({ queueId }: { queueId: Id<"messageQueue"> }) {
  const { t } = useTranslation();
  const [isOpen, setIsOpen] = useState(false);
  return (
    <>
      <button
        type="button"
        onClick={() => setIsOpen(true)}
        className="rounded-sm text-xs text-muted underline decoration-line-strong underline-offset-2 hover:text-text max-md:py-2"
      >
        {t("why.title")}
      </button>
      <Dialog title={t("why.title")} isOpen={isOpen} onClose={() => setIsOpen(false)} size="sm">
        <Decisions queueId={queueId} />
      </Dialog>
    </>
  );
}

function Decisions({ queueId }: { queueId: Id<"messageQueue"> }) {
  const { t } = useTranslation();
  const message = useOrgQuery(api.delivery.queries.getMessage, { queueId });
  if (message === undefined) return <SkeletonRows count={3} />;
  return (
    <div className="flex flex-col gap-4">
      <div className="flex items-center gap-2">
        <MessageStateBadge kind={message.state.kind} />
        <p className="min-w-0 truncate text-sm text-muted">{t("why.intro")}</p>
      </div>
      <DecisionList decisions={message.decisions} zone={message.recipientZone} />
    </div>
  );
}
