import { Link } from "@tanstack/react-router";
import { Siren } from "lucide-react";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import { RANGE_NAMES, type Range } from "../../../convex/analytics/grains";
import { PauseBanner } from "../../components/delivery/pause-banner";
import { Page } from "../../components/layout/page";
import { Select } from "../../components/ui/select";
import { SkeletonRows } from "../../components/ui/skeleton";
import { useNow } from "../../lib/now";
import { useOrgQuery } from "../../lib/org";
import { useTitle } from "../../lib/title";
import { Alerts } from "./alerts";
import { ResolvedAlerts } from "./resolved-alerts";
import { Carriers } from "./carriers";
import { DeliveryCharts } from "./delivery-charts";
import { KeyFigures } from "./key-figures";
import { LiveQueue } from "./live-queue";
import { Satisfaction } from "./satisfaction";
import { UnreadTile } from "./unread-tile";

const MINUTE_MS = 60_000;

const DRILL_LINK =
  "inline-flex h-8 items-center gap-1.5 rounded-md border border-edge/60 px-3 text-sm font-medium hover:bg-hover max-md:h-11";

type MonitoringScreenProps = { range: Range; onRange: (range: Range) => void };

/** How sending goes, live: what is the matter, what waits, what went, over whom, how fast, at what cost. */
export function MonitoringScreen({ range, onRange }: MonitoringScreenProps) {
  const { t } = useTranslation();
  useTitle(t("monitoring.title"));
  const now = useNow();
  // By the minute: everybody who looks asks the same question and shares its answer.
  const minute = Math.floor(now / MINUTE_MS) * MINUTE_MS;
  const figures = useOrgQuery(api.analytics.queries.delivery, { range, now: minute });
  return (
    <Page
      title={t("monitoring.title")}
      actions={
        <div className="flex flex-wrap items-center gap-2">
          <Link to="/drill" className={DRILL_LINK}>
            <Siren aria-hidden size={14} />
            {t("drill.title")}
          </Link>
          <Select
            label={t("monitoring.range")}
            hideLabel
            options={RANGE_NAMES.map((id) => ({ id, label: t(`monitoring.ranges.${id}`) }))}
            value={range}
            onChange={onRange}
            className="w-40"
          />
        </div>
      }
    >
      <div className="min-h-0 grow overflow-y-auto px-6 py-5 max-md:px-4">
        <div className="mx-auto flex max-w-6xl flex-col gap-6">
          <PauseBanner />
          <Alerts />
          <UnreadTile now={minute} liveNow={now} />
          {figures === undefined ? (
            <SkeletonRows count={6} className="px-0" />
          ) : (
            <>
              <KeyFigures total={figures.total} />
              <LiveQueue />
              <DeliveryCharts figures={figures} range={range} />
              <Carriers figures={figures} />
              <Satisfaction now={minute} />
            </>
          )}
          <ResolvedAlerts />
        </div>
      </div>
    </Page>
  );
}
