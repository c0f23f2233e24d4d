import { Check, CircleAlert, Clock, RotateCcw } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { FunctionReturnType } from "convex/server";
import { api } from "../../../../convex/_generated/api";
import { StatusBadge } from "../../../components/ui/badge";
import { Button } from "../../../components/ui/button";
import { SkeletonRows } from "../../../components/ui/skeleton";
import { ExactTime } from "../../../components/ui/time";
import { toastError } from "../../../components/ui/toast";
import { describeError } from "../../../lib/errors";
import { useOrgMutation, useOrgPaginatedQuery } from "../../../lib/org";
import type { Endpoint } from "./endpoints";

const PAGE = 20;

type Delivery = FunctionReturnType<typeof api.api.webhooks.queries.deliveries>["page"][number];

/** What went to an endpoint: every event with every try, and the way to send it again. */
export function DeliveryLog({ endpoint }: { endpoint: Endpoint }) {
  const { t } = useTranslation();
  const { results, status, loadMore } = useOrgPaginatedQuery(
    api.api.webhooks.queries.deliveries,
    { endpointId: endpoint.id },
    { initialNumItems: PAGE },
  );
  if (status === "LoadingFirstPage") return <SkeletonRows count={4} className="px-0" />;
  if (results.length === 0) return <p className="text-sm text-muted">{t("webhooks.logEmpty")}</p>;
  return (
    <div className="flex flex-col gap-3">
      <ul className="divide-y divide-line rounded-lg border border-line">
        {results.map((delivery) => (
          <DeliveryRow key={delivery.id} delivery={delivery} />
        ))}
      </ul>
      {status === "CanLoadMore" && <Button onPress={() => loadMore(PAGE)}>{t("common.more")}</Button>}
    </div>
  );
}

function DeliveryRow({ delivery }: { delivery: Delivery }) {
  const { t } = useTranslation();
  const replay = useOrgMutation(api.api.webhooks.mutations.replay);
  const again = () => {
    replay({ deliveryId: delivery.id }).catch((thrown: unknown) => toastError(describeError(thrown, t)));
  };
  return (
    <li className="px-4 py-3">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <code className="min-w-0 flex-1 basis-32 truncate font-mono text-xs">{delivery.kind}</code>
        <ExactTime at={delivery.createdAt} className="text-xs text-faint" />
        <DeliveryState delivery={delivery} />
        {delivery.state.kind !== "waiting" && (
          <Button size="sm" variant="quiet" icon={<RotateCcw aria-hidden size={14} />} onPress={again}>
            {t("webhooks.again")}
          </Button>
        )}
      </div>
      <details className="pt-1 text-xs text-muted">
        <summary className="cursor-default">{t("webhooks.tries", { count: delivery.tries.length })}</summary>
        <ul className="flex flex-col gap-1 py-2">
          {delivery.tries.map((made) => (
            <li key={made.at} className="flex flex-wrap gap-x-2 tabular-nums">
              <ExactTime at={made.at} />
              <span>{made.status ?? "—"}</span>
              <span>{t("webhooks.ms", { ms: made.ms })}</span>
              {made.reason !== undefined && <span className="break-words text-danger">{made.reason}</span>}
            </li>
          ))}
        </ul>
        <pre className="overflow-x-auto rounded-md bg-sunken p-3 font-mono text-2xs" tabIndex={0}>
          {JSON.stringify(JSON.parse(delivery.body), null, 2)}
        </pre>
      </details>
    </li>
  );
}

function DeliveryState({ delivery: { state } }: { delivery: Delivery }) {
  const { t } = useTranslation();
  switch (state.kind) {
    case "waiting":
      return <StatusBadge tone="neutral" icon={Clock} label={t("webhooks.waiting")} />;
    case "delivered":
      return <StatusBadge tone="ok" icon={Check} label={t("webhooks.delivered")} />;
    case "failed":
      return <StatusBadge tone="danger" icon={CircleAlert} label={t("webhooks.failed")} />;
  }
}
