import { Siren } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { FunctionReturnType } from "convex/server";
import { api } from "../../../../convex/_generated/api";
import { Button } from "../../../components/ui/button";
import { EmptyState } from "../../../components/ui/empty-state";
import { SkeletonRows } from "../../../components/ui/skeleton";
import { useNow } from "../../../lib/now";
import { useCan, useOrgPaginatedQuery } from "../../../lib/org";
import { DeclareDialog } from "./declare-dialog";
import { EmergencyCard } from "./emergency-card";

export type Emergency = FunctionReturnType<typeof api.delivery.emergencies.queries.list>["page"][number];

const PAGE_SIZE = 20;
/** A single message that was let go is given up by the age limit of its lane, a day at first. */
const LANE_AGE_MS = 24 * 3_600_000;

/** Messages that went, or may go, whatever people prefer and whatever the hour: who allowed them, why, until when. */
export function Emergencies() {
  const { t } = useTranslation();
  const mayDeclare = useCan("delivery.emergency");
  const now = useNow();
  const [isDeclaring, setIsDeclaring] = useState(false);
  const { results, status, loadMore } = useOrgPaginatedQuery(
    api.delivery.emergencies.queries.list,
    {},
    { initialNumItems: PAGE_SIZE },
  );
  const isCurrent = ({ ended, at, until }: Emergency) => ended === undefined && (until ?? at + LANE_AGE_MS) > now;
  const declare = mayDeclare && (
    <Button variant="danger" icon={<Siren aria-hidden size={14} />} onPress={() => setIsDeclaring(true)}>
      {t("emergencies.declare")}
    </Button>
  );
  return (
    <>
      <p className="text-sm text-muted">{t("emergencies.intro")}</p>
      {!mayDeclare && <p className="text-sm text-muted">{t("emergencies.mayNot")}</p>}
      {status === "LoadingFirstPage" ? (
        <SkeletonRows count={3} className="px-0" />
      ) : results.length === 0 ? (
        <EmptyState icon={Siren} title={t("emergencies.none")} text={t("emergencies.noneText")} action={declare} />
      ) : (
        <>
          <div>{declare}</div>
          <Group title={t("emergencies.current")} rows={results.filter(isCurrent)} isCurrent />
          <Group title={t("emergencies.past")} rows={results.filter((each) => !isCurrent(each))} />
          {status === "CanLoadMore" && (
            <Button className="self-center" onPress={() => loadMore(PAGE_SIZE)}>
              {t("common.more")}
            </Button>
          )}
        </>
      )}
      {isDeclaring && <DeclareDialog onClose={() => setIsDeclaring(false)} />}
    </>
  );
}

type GroupProps = { title: string; rows: readonly Emergency[]; isCurrent?: boolean };

function Group({ title, rows, isCurrent = false }: GroupProps) {
  if (rows.length === 0) return null;
  return (
    <section aria-label={title} className="flex flex-col gap-2">
      <h3 className="text-sm font-semibold">{title}</h3>
      <ul className="flex flex-col gap-3">
        {rows.map((emergency) => (
          <EmergencyCard key={emergency.id} emergency={emergency} isCurrent={isCurrent} />
        ))}
      </ul>
    </section>
  );
}
