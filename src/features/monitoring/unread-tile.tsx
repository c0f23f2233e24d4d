import { Link } from "@tanstack/react-router";
import { MailWarning } from "lucide-react";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import { useLanguage } from "../../lib/i18n";
import { durationText } from "../../lib/number-format";
import { useCan, useOrgQuery } from "../../lib/org";

/** What came in and nobody could read: how much and since when. `now` by the minute, `liveNow` for the age. */
export function UnreadTile({ now, liveNow }: { now: number; liveNow: number }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const mayLook = useCan("intake.manage");
  const found = useOrgQuery(api.intake.unread.queries.summary, { now });
  if (found === undefined) return null;
  const { count, isMore, oldestAt, refusedCalls } = found;
  const isCalm = count === 0 && refusedCalls === 0;
  return (
    <section
      aria-label={t("intake.title")}
      data-testid="unread-tile"
      className={`flex flex-wrap items-center gap-x-6 gap-y-2 rounded-lg border px-4 py-3 ${isCalm ? "border-line" : "border-warn/50 bg-warn-soft"}`}
    >
      <p className="flex min-w-0 grow items-center gap-3 text-sm">
        <MailWarning aria-hidden size={18} className={`shrink-0 ${isCalm ? "text-faint" : "text-warn"}`} />
        <span className="min-w-0">
          <span className="font-medium">
            {count === 0 ? t("intake.tileNone") : t(isMore ? "intake.tileMore" : "intake.tile", { count })}
          </span>{" "}
          {oldestAt !== null && t("intake.oldest", { age: durationText(Math.max(0, liveNow - oldestAt), language) })}{" "}
          {refusedCalls > 0 && t("intake.refusedTile", { count: refusedCalls })}
        </span>
      </p>
      {mayLook && (
        <Link to="/intake" className="text-sm underline underline-offset-2 max-md:py-3">
          {t("intake.open")}
        </Link>
      )}
    </section>
  );
}
