import { ShieldOff } from "lucide-react";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import type { Id } from "../../../convex/_generated/dataModel";
import { ChannelIcon } from "../../components/status";
import { Button, IconButton } from "../../components/ui/button";
import { EmptyState } from "../../components/ui/empty-state";
import { SkeletonRows } from "../../components/ui/skeleton";
import { RelativeTime } from "../../components/ui/time";
import { toast, toastError } from "../../components/ui/toast";
import { describeError } from "../../lib/errors";
import { useCan, useOrgMutation, useOrgPaginatedQuery } from "../../lib/org";
import { Panel } from "./panel";

const PAGE_SIZE = 50;

/** Whose messages are kept without bothering anybody, and the way back. */
export function BlockedSenders() {
  const { t } = useTranslation();
  const mayUnblock = useCan("inbox.reply");
  const unblock = useOrgMutation(api.inbox.spam.mutations.unblock);
  const { results, status, loadMore } = useOrgPaginatedQuery(
    api.inbox.spam.queries.blocked,
    {},
    { initialNumItems: PAGE_SIZE },
  );
  const hear = (blockedId: Id<"blockedSenders">, address: string) => {
    unblock({ blockedId }).then(
      () => toast(t("blocked.unblocked", { address })),
      (thrown: unknown) => toastError(describeError(thrown, t)),
    );
  };
  if (status === "LoadingFirstPage") return <SkeletonRows count={4} />;
  if (results.length === 0)
    return <EmptyState icon={ShieldOff} title={t("blocked.none")} text={t("blocked.noneText")} />;
  return (
    <Panel intro={t("blocked.intro")}>
      <ul aria-label={t("consent.tabs.blocked")} className="divide-y divide-line rounded-lg border border-line">
        {results.map(({ id, channel, address, by, at }) => (
          <li key={id} className="flex min-h-12 items-center gap-3 px-3 py-1.5 text-sm">
            <span className="text-muted">
              <ChannelIcon channel={channel} />
            </span>
            <span className="flex min-w-0 grow flex-col">
              <span className="truncate font-medium">{address}</span>
              <span className="truncate text-xs text-faint">
                {t("blocked.by", { name: by })} · <RelativeTime at={at} />
              </span>
            </span>
            {mayUnblock && (
              <IconButton
                label={t("blocked.unblock", { address })}
                icon={<ShieldOff aria-hidden size={15} />}
                onPress={() => hear(id, address)}
              />
            )}
          </li>
        ))}
      </ul>
      {status === "CanLoadMore" && <Button onPress={() => loadMore(PAGE_SIZE)}>{t("common.more")}</Button>}
    </Panel>
  );
}
