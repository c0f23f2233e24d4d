import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import { BreakerBadge } from "../../components/delivery/breaker-badge";
import { ChannelIcon } from "../../components/status";
import type { DrillView } from "../../lib/api-types";
import { useLanguage } from "../../lib/i18n";
import { useOrgQuery } from "../../lib/org";
import { clockSeconds } from "../../lib/time-format";

/** The breakers of all connections that could take over, and what those of the failing connections did so far. */
export function DrillBreakers({ view: { drill, breakerChanges } }: { view: DrillView }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const connections = useOrgQuery(api.delivery.monitor.queries.connections, {});
  // Also of the channels that are fallen back to.
  const shown = connections?.filter(({ channel, isEnabled }) => isEnabled && channel !== "webhook") ?? [];
  const nameOf = (id: string) => drill.targets.find(({ connectionId }) => connectionId === id)?.name ?? "";
  return (
    <section aria-labelledby="drill-breakers" className="flex flex-col gap-2">
      <h3 id="drill-breakers" className="text-sm font-semibold">
        {t("drill.breakers")}
      </h3>
      {drill.state.kind !== "done" && (
        <ul className="flex flex-col divide-y divide-line rounded-lg border border-line">
          {shown.map(({ id, name, channel, breaker }) => (
            <li key={id} className="flex items-center gap-2 px-3 py-2 text-sm">
              <span className="text-muted">
                <ChannelIcon channel={channel} />
              </span>
              <span className="min-w-0 grow truncate">{name}</span>
              <BreakerBadge kind={breaker.kind} />
            </li>
          ))}
        </ul>
      )}
      <ol aria-label={t("drill.breakerLog")} className="flex flex-col gap-1.5 pt-1">
        {breakerChanges.length === 0 && <li className="text-sm text-muted">{t("drill.noChanges")}</li>}
        {breakerChanges.map(({ id, connectionId, at, to, reason }) => (
          <li key={id} className="flex gap-3 text-sm">
            <time dateTime={new Date(at).toISOString()} className="shrink-0 text-xs leading-5 text-faint tabular-nums">
              {clockSeconds(at, language)}
            </time>
            <span className="min-w-0">
              {t(`drill.changes.${to}`, { name: nameOf(connectionId) })}
              {reason !== undefined && <span className="block text-xs text-muted">{reason}</span>}
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}
