import { Clock } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { FunctionReturnType } from "convex/server";
import { api } from "../../../../convex/_generated/api";
import { cx } from "../../../components/ui/classes";
import type { ThreadDetail } from "../../../lib/api-types";
import { useNow } from "../../../lib/now";
import { useOrgQuery } from "../../../lib/org";

export type AnswerWindow = NonNullable<FunctionReturnType<typeof api.inbox.composing.queries.window>>;

/** What WhatsApp lets one write now. `isClosed`: only approved templates. Null on other channels and until it is known. */
export function useAnswerWindow(thread: ThreadDetail): { window: AnswerWindow; isClosed: boolean } | null {
  const isWhatsApp = thread.channel === "whatsapp";
  const window = useOrgQuery(api.inbox.composing.queries.window, isWhatsApp ? { threadId: thread.id } : "skip");
  const now = useNow();
  if (window === undefined || window === null) return null;
  return { window, isClosed: window.until !== null && now >= window.until };
}

const MINUTE_MS = 60_000;
const SOON_MINUTES = 60; // Then it is time to write: amber.

/** How long anything may be written; counts down by itself. */
export function WindowNotice({ until }: { until: number }) {
  const { t } = useTranslation();
  const now = useNow();
  // Whole ones: none is promised that is not there.
  const minutes = Math.max(0, Math.floor((until - now) / MINUTE_MS));
  return (
    <p
      role="timer"
      className={cx(
        "mx-4 mt-1 flex items-center gap-1.5 text-xs",
        minutes <= SOON_MINUTES ? "font-medium text-warn" : "text-muted",
      )}
    >
      <Clock aria-hidden size={12} className="shrink-0" />
      {t("composing.window.open", { hours: Math.floor(minutes / 60), minutes: minutes % 60 })}
    </p>
  );
}
