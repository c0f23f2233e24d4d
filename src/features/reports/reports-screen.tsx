import { ChartColumn, Download } from "lucide-react";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import type { Id } from "../../../convex/_generated/dataModel";
import { PERIOD_NAMES } from "../../../convex/analytics/team/periods";
import { writeCsv } from "../../../convex/lib/csv";
import { Page } from "../../components/layout/page";
import { Button } from "../../components/ui/button";
import { EmptyState } from "../../components/ui/empty-state";
import { Select } from "../../components/ui/select";
import { SkeletonRows } from "../../components/ui/skeleton";
import { downloadText } from "../../lib/download";
import { useNow } from "../../lib/now";
import { useOrgQuery } from "../../lib/org";
import { INBOX_CHANNELS, type ReportSearch } from "../../lib/search-params";
import { useTitle } from "../../lib/title";
import { exportTable } from "./export-table";
import type { Report } from "./figures";
import { KeyTiles } from "./key-tiles";
import { ReportCharts } from "./report-charts";
import { ChannelTable, GroupTable } from "./tables";
import { Workload } from "./workload";

const MINUTE_MS = 60_000;

type ReportsScreenProps = { search: ReportSearch; onSearch: (search: ReportSearch) => void };

/** How the team works, live: how fast, how well, with what, and who has how much to do (product.md A-42). */
export function ReportsScreen({ search, onSearch }: ReportsScreenProps) {
  const { t } = useTranslation();
  useTitle(t("reports.title"));
  const now = useNow();
  // By the minute: everybody who looks asks the same question and shares its answer.
  const minute = Math.floor(now / MINUTE_MS) * MINUTE_MS;
  const report = useOrgQuery(api.analytics.team.queries.report, { ...search, now: minute });
  return (
    <Page
      title={t("reports.title")}
      actions={
        <div className="flex flex-wrap items-center gap-2">
          <Filters search={search} onSearch={onSearch} />
          <Button
            icon={<Download size={14} />}
            isDisabled={report === undefined}
            onPress={() => report !== undefined && save(report, search.period)}
          >
            {t("reports.export")}
          </Button>
        </div>
      }
    >
      <div className="min-h-0 grow overflow-y-auto px-6 py-5 max-md:px-4">
        <div className="mx-auto flex max-w-6xl flex-col gap-6">
          {report === undefined ? (
            <SkeletonRows count={6} className="px-0" />
          ) : (
            <Figures report={report} search={search} onSearch={onSearch} />
          )}
          <Workload />
        </div>
      </div>
    </Page>
  );
}

function save(report: Report, period: string): void {
  const { columns, rows } = exportTable(report);
  downloadText(`report-${period}.csv`, writeCsv(columns, rows, { hasMark: true }));
}

function Figures({ report, search, onSearch }: ReportsScreenProps & { report: Report }) {
  const { t } = useTranslation();
  const { period, ...part } = search;
  if (Object.keys(report.total).length === 0) {
    const isYear = period === "year";
    return (
      <EmptyState
        icon={ChartColumn}
        title={t("reports.nothing")}
        text={t("reports.nothingText")}
        action={
          isYear ? undefined : (
            <Button onPress={() => onSearch({ ...search, period: "year" })}>{t("reports.showYear")}</Button>
          )
        }
      />
    );
  }
  return (
    <>
      <KeyTiles report={report} part={part} />
      <ReportCharts report={report} period={period} />
      <ChannelTable report={report} />
      <GroupTable
        id="by-team"
        rows={report.teams}
        searchOf={(id) => ({ ...part, view: "all", teamId: id as Id<"teams"> })}
      />
      <GroupTable
        id="by-agent"
        rows={report.agents}
        searchOf={(id) => ({ ...part, view: "all", assigneeId: id as Id<"members"> })}
      />
    </>
  );
}

const ALL = "all";

function Filters({ search, onSearch }: ReportsScreenProps) {
  const { t } = useTranslation();
  const teams = useOrgQuery(api.inbox.teams.queries.list, {}) ?? [];
  const { period, channel, teamId } = search;
  const shown = teams.filter(({ id, isArchived }) => !isArchived || id === teamId);
  return (
    <>
      <Select
        label={t("reports.period")}
        hideLabel
        options={PERIOD_NAMES.map((id) => ({ id, label: t(`reports.periods.${id}`) }))}
        value={period}
        onChange={(next) => onSearch({ ...search, period: next })}
        className="w-40"
      />
      <Select
        label={t("reports.columns.channel")}
        hideLabel
        options={[
          { id: ALL, label: t("reports.allChannels") },
          ...INBOX_CHANNELS.map((id) => ({ id, label: t(`channels.${id}`) })),
        ]}
        value={channel ?? ALL}
        onChange={(next) => {
          const { channel: _, ...rest } = search;
          const chosen = INBOX_CHANNELS.find((id) => id === next);
          onSearch(chosen === undefined ? rest : { ...rest, channel: chosen });
        }}
        className="w-36"
      />
      {shown.length > 0 && (
        <Select
          label={t("reports.columns.team")}
          hideLabel
          options={[
            { id: ALL, label: t("reports.allTeams") },
            ...shown.map(({ id, name }) => ({ id: id as string, label: name })),
          ]}
          value={teamId ?? ALL}
          onChange={(next) => {
            const { teamId: _, ...rest } = search;
            const chosen = shown.find(({ id }) => id === next)?.id;
            onSearch(chosen === undefined ? rest : { ...rest, teamId: chosen });
          }}
          className="w-40"
        />
      )}
    </>
  );
}
