import { Link } from "@tanstack/react-router";
import { CirclePause } from "lucide-react";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import { useOrgQuery } from "../../lib/org";
import { RelativeTime } from "../ui/time";
import { usePauseName } from "./pause-name";

/** Says, above a list of messages, that something is paused: what, by whom, why, and how many messages wait for it. */
export function PauseBanner({ className = "" }: { className?: string }) {
  const { t } = useTranslation();
  const pauses = useOrgQuery(api.delivery.pauses.queries.list, {});
  const nameOf = usePauseName();
  if (pauses === undefined || pauses.length === 0) return null;
  return (
    <aside aria-label={t("pauses.banner")} className={className}>
      <div className="flex flex-wrap items-start gap-x-3 gap-y-1 rounded-lg bg-warn-soft px-4 py-2.5 text-sm text-warn">
        <CirclePause aria-hidden size={16} className="mt-0.5 shrink-0" />
        <ul className="min-w-0 flex-1 basis-52">
          {pauses.map(({ id, scope, reason, by, at, held }) => (
            <li key={id} className="break-words">
              <span className="font-medium">{t("pauses.isPaused", { name: nameOf(scope) })}</span>{" "}
              {t("pauses.why", { reason, by })} · <RelativeTime at={at} /> · {t("pauses.held", { count: held })}
            </li>
          ))}
        </ul>
        <Link
          to="/settings/$section"
          params={{ section: "pauses" }}
          className="shrink-0 rounded font-medium underline underline-offset-2"
        >
          {t("pauses.manage")}
        </Link>
      </div>
    </aside>
  );
}
