import { Clock } from "lucide-react";
import { useTranslation } from "react-i18next";
import { cx } from "../../components/ui/classes";
import { useLanguage } from "../../lib/i18n";
import { useNow } from "../../lib/now";
import { dueText } from "./deadline-figures";

/** A conversation's deadline is shown from here on: earlier, it is no news. */
const DUE_SOON_MS = 2 * 3_600_000;

/** "2 h late", "due in 1 h" (product.md A-39), kept right as time goes by. */
export function DueMark({ at, isAlwaysShown = false }: { at: number; isAlwaysShown?: boolean }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const now = useNow();
  const isSoon = at - now <= DUE_SOON_MS;
  if (!isSoon && !isAlwaysShown) return null;
  return (
    <span
      className={cx(
        "inline-flex shrink-0 items-center gap-1",
        at < now ? "text-danger" : isSoon ? "text-warn" : "text-muted",
      )}
    >
      <Clock aria-hidden size={12} />
      {dueText(at, now, language, t)}
    </span>
  );
}
