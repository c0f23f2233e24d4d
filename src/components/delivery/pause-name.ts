import type { FunctionReturnType } from "convex/server";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import { useOrgQuery } from "../../lib/org";

export type Pause = FunctionReturnType<typeof api.delivery.pauses.queries.list>[number];
export type PauseScope = Pause["scope"];

/** What a pause stops, in words: "SMS", "Twilio DE", "Sequence Grundkurs". */
export function usePauseName(): (scope: PauseScope) => string {
  const { t } = useTranslation();
  const connections = useOrgQuery(api.delivery.monitor.queries.connections, {});
  const sequences = useOrgQuery(api.sequences.queries.list, {});
  return (scope) => {
    switch (scope.kind) {
      case "channel":
        return t(`channels.${scope.channel}`);
      case "connection":
        return connections?.find(({ id }) => id === scope.connectionId)?.name ?? t("monitoring.removed");
      case "source": {
        const kind = t(`pauses.sources.${scope.sourceKind}`);
        if (scope.id === undefined) return kind;
        const name = sequences?.find(({ id }) => id === scope.id)?.name;
        return `${kind}: ${name ?? scope.id}`;
      }
    }
  };
}
