import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import { useLanguage } from "../../lib/i18n";
import { whole } from "../../lib/number-format";
import { useOrgQuery } from "../../lib/org";

/** Who has how much to do now; each name leads to what they have. */
export function Workload() {
  const { t } = useTranslation();
  const language = useLanguage();
  const load = useOrgQuery(api.analytics.team.queries.workload, {});
  if (load === undefined) return null;
  const most = Math.max(1, load.unassigned, ...load.members.map(({ open }) => open));
  return (
    <section aria-labelledby="workload" className="flex flex-col gap-2">
      <h2 id="workload" className="text-sm font-semibold">
        {t("reports.workload")}
      </h2>
      <ul className="flex flex-col gap-1 rounded-lg border border-line p-2 text-sm tabular-nums">
        <li>
          <Link to="/inbox" search={{ view: "unassigned" }} className={ROW}>
            <span className="truncate text-muted">{t("nav.unassigned")}</span>
            <Bar share={load.unassigned / most} />
            <span className="text-right">{whole(load.unassigned, language)}</span>
          </Link>
        </li>
        {load.members.map(({ memberId, name, open, isAway }) => (
          <li key={memberId}>
            <Link to="/inbox" search={{ view: "all", assigneeId: memberId }} className={ROW}>
              <span className="truncate">{isAway ? t("reports.away", { name }) : name}</span>
              <Bar share={open / most} />
              <span className="text-right">{whole(open, language)}</span>
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}

const ROW =
  "grid grid-cols-[minmax(6rem,14rem)_1fr_3rem] items-center gap-3 rounded-md px-2 py-1.5 hover:bg-hover max-md:min-h-11 max-md:grid-cols-[8rem_1fr_2rem]";

function Bar({ share }: { share: number }) {
  return (
    <span aria-hidden className="h-2 rounded-full bg-hover">
      <span className="block h-2 rounded-full bg-accent" style={{ width: `${Math.round(share * 100)}%` }} />
    </span>
  );
}
