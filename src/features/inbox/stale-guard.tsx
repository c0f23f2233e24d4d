import { TriangleAlert } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "../../components/ui/button";
import type { MessageRow } from "../../lib/api-types";
import { useOrg } from "../../lib/org";
import { answeredSince } from "./timeline-items";

/**
 * Stops a reply once when a colleague answered while it was being written (product.md 3.2, "Stale reply"). What counts
 * as "meanwhile" begins with the first letter.
 */
export function useStaleGuard(newest: MessageRow | null, isWriting: boolean) {
  const { me } = useOrg();
  const [startedAfter, setStartedAfter] = useState<MessageRow["id"] | null>(null);
  const [wasWriting, setWasWriting] = useState(false);
  const [answer, setAnswer] = useState<MessageRow | null>(null);
  if (isWriting !== wasWriting) {
    setWasWriting(isWriting);
    if (isWriting) setStartedAfter(newest?.id ?? null);
  }
  return {
    answer,
    /** True when sending must wait for a second press. */
    stops: () => {
      const found = answeredSince(newest, startedAfter, me.person?.name ?? "");
      if (found === null || found.id === answer?.id) return false;
      setAnswer(found);
      return true;
    },
    allow: () => {
      setStartedAfter(newest?.id ?? null);
      setAnswer(null);
    },
    reset: () => setAnswer(null),
  };
}

export function StaleNotice({ answer, onSendAnyway }: { answer: MessageRow | null; onSendAnyway: () => void }) {
  const { t } = useTranslation();
  if (answer === null) return null;
  return (
    <div role="alert" className="mx-3 mt-2 flex items-center gap-2 rounded-md bg-warn-soft px-3 py-2 text-sm text-warn">
      <TriangleAlert aria-hidden size={15} className="shrink-0" />
      <span className="grow">{t("composer.stale", { name: answer.senderName })}</span>
      <Button size="sm" variant="quiet" onPress={onSendAnyway}>
        {t("common.dismiss")}
      </Button>
    </div>
  );
}
