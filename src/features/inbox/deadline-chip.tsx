import { Clock, TriangleAlert } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Button } from "../../components/ui/button";
import { cx } from "../../components/ui/classes";
import { Popover } from "../../components/ui/popover";
import type { ThreadDetail } from "../../lib/api-types";
import { useLanguage } from "../../lib/i18n";
import { useNow } from "../../lib/now";
import { DeadlineExplained } from "./deadline-explained";
import { dueText } from "./deadline-figures";

/** When this conversation wants an answer; opened, it says how the deadline came about (product.md O-8). */
export function DeadlineChip({ thread }: { thread: ThreadDetail }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const now = useNow();
  const { responseDueAt: dueAt, isOpen } = thread;
  if (dueAt === undefined || !isOpen) return null;
  const isLate = dueAt < now;
  const Icon = isLate ? TriangleAlert : Clock;
  const text = dueText(dueAt, now, language, t);
  return (
    <Popover
      label={t("sla.why")}
      trigger={
        <Button
          variant="quiet"
          size="sm"
          data-testid="deadline"
          className={cx("tabular-nums", isLate ? "text-danger" : "text-muted")}
          icon={<Icon aria-hidden size={14} />}
          aria-label={`${text}: ${t("sla.why")}`}
        >
          {text}
        </Button>
      }
    >
      <DeadlineExplained threadId={thread.id} />
    </Popover>
  );
}
