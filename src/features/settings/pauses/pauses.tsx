import { CirclePause, Pause as PauseIcon, Play } from "lucide-react";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../../convex/_generated/api";
import { CHANNELS } from "../../../../convex/lib/closedSets";
import { type Pause, type PauseScope, usePauseName } from "../../../components/delivery/pause-name";
import { ChannelIcon } from "../../../components/status";
import { StatusBadge } from "../../../components/ui/badge";
import { Button } from "../../../components/ui/button";
import { SkeletonRows } from "../../../components/ui/skeleton";
import { RelativeTime } from "../../../components/ui/time";
import { toast, toastError } from "../../../components/ui/toast";
import { describeError } from "../../../lib/errors";
import { useCan, useOrgMutation, useOrgQuery } from "../../../lib/org";
import { PauseDialog } from "./pause-dialog";

const SOURCES = ["sequence", "agent", "api", "system"] as const;

/** Everything that can be stopped for a while, with what is stopped, by whom, why, and what waits for it. */
export function Pauses() {
  const { t } = useTranslation();
  const pauses = useOrgQuery(api.delivery.pauses.queries.list, {});
  const connections = useOrgQuery(api.delivery.monitor.queries.connections, {});
  const sequences = useOrgQuery(api.sequences.queries.list, {});
  const [asked, setAsked] = useState<PauseScope | null>(null);
  if (pauses === undefined || connections === undefined || sequences === undefined) {
    return <SkeletonRows count={6} className="px-0" />;
  }
  const row = (scope: PauseScope, icon?: ReactNode, note?: string) => (
    <ScopeRow
      key={scopeKey(scope)}
      scope={scope}
      icon={icon}
      note={note}
      pause={pauses.find((pause) => scopeKey(pause.scope) === scopeKey(scope))}
      onPause={() => setAsked(scope)}
    />
  );
  const others = pauses.filter(({ scope }) => scope.kind === "source" && scope.id !== undefined);
  const known = new Set(sequences.map(({ id }) => String(id)));
  return (
    <>
      <p className="text-sm text-muted">{t("pauses.intro")}</p>
      <Group title={t("pauses.channels")}>
        {CHANNELS.map((channel) => row({ kind: "channel", channel }, <ChannelIcon channel={channel} />))}
      </Group>
      <Group title={t("settings.connections")}>
        {connections.map(({ id, name, channel, provider }) =>
          row(
            { kind: "connection", connectionId: id },
            <ChannelIcon channel={channel} />,
            name === t(`providers.${provider}`) ? undefined : t(`providers.${provider}`),
          ),
        )}
      </Group>
      <Group title={t("pauses.sourcesTitle")}>
        {SOURCES.map((sourceKind) => row({ kind: "source", sourceKind }))}
        {sequences.map(({ id }) => row({ kind: "source", sourceKind: "sequence", id }))}
        {others.flatMap(({ scope }) => (scope.kind === "source" && !known.has(scope.id ?? "") ? [row(scope)] : []))}
      </Group>
      {asked !== null && <PauseDialog scope={asked} onClose={() => setAsked(null)} />}
    </>
  );
}

const scopeKey = (scope: PauseScope) =>
  scope.kind === "channel"
    ? `channel:${scope.channel}`
    : scope.kind === "connection"
      ? `connection:${scope.connectionId}`
      : `source:${scope.sourceKind}:${scope.id ?? ""}`;

function Group({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section aria-label={title} className="flex flex-col gap-2">
      <h3 className="text-sm font-semibold">{title}</h3>
      <ul className="divide-y divide-line rounded-lg border border-line">{children}</ul>
    </section>
  );
}

type ScopeRowProps = {
  scope: PauseScope;
  pause: Pause | undefined;
  icon: ReactNode;
  note: string | undefined;
  onPause: () => void;
};

function ScopeRow({ scope, pause, icon, note, onPause }: ScopeRowProps) {
  const { t } = useTranslation();
  const name = usePauseName()(scope);
  const mayOperate = useCan("delivery.operate");
  const stop = useOrgMutation(api.delivery.pauses.mutations.pause);
  const lift = useOrgMutation(api.delivery.pauses.mutations.resume);
  const resume = async ({ id, reason }: Pause) => {
    const undo = () => {
      stop({ scope, reason }).catch((thrown: unknown) => toastError(describeError(thrown, t)));
    };
    try {
      await lift({ pauseId: id });
      toast(t("pauses.resumed", { name }), { undo });
    } catch (thrown) {
      toastError(describeError(thrown, t));
    }
  };
  return (
    <li data-testid="pause-row" className="flex flex-wrap items-center gap-x-3 gap-y-2 px-4 py-2.5 max-md:px-3">
      {icon !== undefined && <span className="flex text-muted">{icon}</span>}
      <span className="min-w-0 flex-1 basis-40">
        <span className="flex flex-wrap items-center gap-x-2 text-sm font-medium">
          {name}
          {pause !== undefined && <StatusBadge tone="warn" icon={CirclePause} label={t("pauses.paused")} />}
        </span>
        {note !== undefined && <span className="block text-xs text-faint">{note}</span>}
        {pause !== undefined && (
          <span className="block text-xs text-muted">
            {t("pauses.why", { reason: pause.reason, by: pause.by })} · <RelativeTime at={pause.at} /> ·{" "}
            {t("pauses.held", { count: pause.held })}
          </span>
        )}
      </span>
      {mayOperate &&
        (pause === undefined ? (
          <Button
            size="sm"
            icon={<PauseIcon aria-hidden size={13} />}
            aria-label={t("pauses.pauseIt", { name })}
            onPress={onPause}
          >
            {t("pauses.pause")}
          </Button>
        ) : (
          <Button
            size="sm"
            variant="primary"
            icon={<Play aria-hidden size={13} />}
            aria-label={t("pauses.resumeIt", { name })}
            onPress={() => void resume(pause)}
          >
            {t("pauses.resume")}
          </Button>
        ))}
    </li>
  );
}
