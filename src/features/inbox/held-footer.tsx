import { CalendarClock } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Id } from "../../../convex/_generated/dataModel";
import { Button } from "../../components/ui/button";
import type { MessageRow } from "../../lib/api-types";
import { useLanguage } from "../../lib/i18n";
import { useNow } from "../../lib/now";
import { useCan } from "../../lib/org";
import { dateTime } from "../../lib/time-format";
import { PlanDialog } from "./send-later";
import { usePlanned } from "./use-planned";

type HeldFooterProps = {
  messageId: Id<"messages">;
  held: NonNullable<MessageRow["held"]>;
};

/** When an answer leaves that was planned for later, and what can be done until then. */
export function HeldFooter({ messageId, held }: HeldFooterProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const now = useNow();
  const mayReply = useCan("inbox.reply");
  const [isMoving, setIsMoving] = useState(false);
  const planned = usePlanned();
  return (
    <div className="mt-1 flex flex-wrap items-center justify-end gap-1 text-xs text-muted">
      <CalendarClock aria-hidden size={13} />
      <span>
        {t("answering.leaves", { at: dateTime(held.dueAt, language, now) })}
        {held.cancelIfAnswered && ` · ${t("answering.unlessAnswered")}`}
      </span>
      {mayReply && (
        <>
          <Button size="sm" variant="quiet" onPress={() => setIsMoving(true)}>
            {t("answering.move")}
          </Button>
          <Button size="sm" variant="quiet" onPress={() => planned.sendNow(messageId)}>
            {t("answering.sendNow")}
          </Button>
          <Button size="sm" variant="quiet" onPress={() => planned.edit(held.threadId, messageId)}>
            {t("answering.edit")}
          </Button>
        </>
      )}
      {isMoving && (
        <PlanDialog
          initial={{ sendAt: held.dueAt, cancelIfAnswered: held.cancelIfAnswered }}
          onClose={() => setIsMoving(false)}
          onPlan={(plan) => {
            setIsMoving(false);
            planned.move(messageId, plan);
          }}
        />
      )}
    </div>
  );
}
