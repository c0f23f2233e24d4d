import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import type { Id } from "../../../convex/_generated/dataModel";
import { ClockExplained } from "../../components/sla/clock-explained";
import { SkeletonRows } from "../../components/ui/skeleton";
import { useOrgQuery } from "../../lib/org";

/** Every clock of the conversation that has a target, with the times that counted and those that did not. */
export function DeadlineExplained({ threadId }: { threadId: Id<"threads"> }) {
  const { t } = useTranslation();
  const clocks = useOrgQuery(api.sla.queries.explainDeadline, { threadId });
  if (clocks === undefined) return <SkeletonRows count={3} className="px-0" />;
  const shown = clocks.filter(({ targetMinutes }) => targetMinutes !== undefined);
  if (shown.length === 0) return <p className="text-sm text-muted">{t("sla.none")}</p>;
  return (
    <ul className="flex flex-col gap-4">
      {shown.map((clock) => (
        <li key={clock.id}>
          <ClockExplained clock={clock} />
        </li>
      ))}
    </ul>
  );
}
