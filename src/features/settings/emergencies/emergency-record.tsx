import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { api } from "../../../../convex/_generated/api";
import { ChannelIcon, MessageStateBadge } from "../../../components/status";
import { SkeletonRows } from "../../../components/ui/skeleton";
import { useOrgQuery } from "../../../lib/org";
import type { Emergency } from "./emergencies";

/** Whom an emergency went to, over which channel, and what became of it, live. */
export function EmergencyRecord({ emergencyId }: { emergencyId: Emergency["id"] }) {
  const { t } = useTranslation();
  const messages = useOrgQuery(api.delivery.emergencies.queries.messages, { emergencyId });
  if (messages === undefined) return <SkeletonRows count={3} className="px-0" />;
  if (messages.length === 0) return <p className="text-sm text-muted">{t("emergencies.noMessages")}</p>;
  return (
    <ul className="divide-y divide-line">
      {messages.map(({ queueId, contactName, channel, address, state }) => (
        <li key={queueId} className="flex flex-wrap items-center gap-x-3 gap-y-1 py-2">
          <span className="text-muted">
            <ChannelIcon channel={channel ?? "best"} />
          </span>
          <span className="min-w-0 flex-1 basis-40">
            <Link
              to="/queue"
              search={{ group: "all", message: queueId }}
              className="block truncate rounded text-sm font-medium underline-offset-2 hover:underline"
            >
              {contactName === "" ? t("common.unknownPerson") : contactName}
            </Link>
            {address !== undefined && <span className="block truncate text-xs text-faint">{address}</span>}
          </span>
          <MessageStateBadge kind={state} />
        </li>
      ))}
    </ul>
  );
}
