import { CircleSlash } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { FunctionReturnType } from "convex/server";
import { api } from "../../../convex/_generated/api";
import { BreakerBadge } from "../../components/delivery/breaker-badge";
import { ChannelIcon } from "../../components/status";
import { StatusBadge } from "../../components/ui/badge";
import type { ConnectionState } from "../../lib/api-types";
import { useLanguage } from "../../lib/i18n";
import { useOrgQuery } from "../../lib/org";
import { FigureTable } from "../../components/charts/figure-table";
import { durationText, euros, percent, whole } from "../../lib/number-format";

type Figures = FunctionReturnType<typeof api.analytics.queries.delivery>;

const COLUMNS = ["accepted", "failed", "deliveryRate", "p50", "p95", "cost"] as const;

/** Each provider account: how it is now, and how it did over the range. */
export function Carriers({ figures }: { figures: Figures }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const connections = useOrgQuery(api.delivery.monitor.queries.connections, {});
  if (figures.connections.length === 0) return null;
  return (
    <FigureTable
      id="carriers"
      title={t("monitoring.carriers")}
      head={
        <>
          <th scope="col" className="px-4 py-2 font-medium">
            {t("monitoring.connection")}
          </th>
          {COLUMNS.map((column) => (
            <th key={column} scope="col" className="px-4 py-2 text-right font-medium whitespace-nowrap">
              {t(`monitoring.columns.${column}`)}
            </th>
          ))}
          <th scope="col" className="px-4 py-2 font-medium">
            {t("monitoring.state")}
          </th>
        </>
      }
    >
      {figures.connections.map(({ connectionId, name, provider, channel, total }) => (
        <tr key={connectionId}>
          <th scope="row" className="px-4 py-2 text-left font-medium">
            <span className="flex min-w-40 items-center gap-2">
              <span className="text-muted">
                <ChannelIcon channel={channel} size={16} />
              </span>
              <span className="min-w-0">
                <span className="block truncate">{name ?? t("monitoring.removed")}</span>
                {provider !== null && (
                  <span className="block text-xs font-normal text-faint">{t(`providers.${provider}`)}</span>
                )}
              </span>
            </span>
          </th>
          <td className="px-4 py-2 text-right">{whole(total.accepted, language)}</td>
          <td className="px-4 py-2 text-right">{whole(total.failed + total.refused, language)}</td>
          <td className="px-4 py-2 text-right">{percent(total.deliveryRate, language)}</td>
          <td className="px-4 py-2 text-right whitespace-nowrap">{durationText(total.p50Ms, language)}</td>
          <td className="px-4 py-2 text-right whitespace-nowrap">{durationText(total.p95Ms, language)}</td>
          <td className="px-4 py-2 text-right">{euros(total.costMicros, language)}</td>
          <td className="px-4 py-2">
            <State connection={connections?.find(({ id }) => id === connectionId)} />
          </td>
        </tr>
      ))}
    </FigureTable>
  );
}

function State({ connection }: { connection: ConnectionState | undefined }) {
  const { t } = useTranslation();
  if (connection === undefined) return null;
  if (!connection.isEnabled) return <StatusBadge tone="neutral" icon={CircleSlash} label={t("settings.disabled")} />;
  return <BreakerBadge kind={connection.breaker.kind} />;
}
