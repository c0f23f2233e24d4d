import { useMutation } from "convex/react";
import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import type { Id } from "../../../convex/_generated/dataModel";
import { Avatar } from "../../components/ui/avatar";
import { useOrg, useOrgQuery } from "../../lib/org";
import { useHeartbeats } from "../../lib/use-presence";

const MAX_FACES = 4;

/** Faces of everybody else who has the template open; tells them the same of us. */
export function Others({ templateId }: { templateId: Id<"templates"> }) {
  const { t } = useTranslation();
  const others = useOthers(templateId);
  if (others.length === 0) return null;
  const label = t("templates.here", { names: others.map(({ name }) => name).join(", ") });
  return (
    <div data-testid="presence" role="status" title={label} className="flex items-center -space-x-1.5">
      {others.slice(0, MAX_FACES).map(({ memberId, name }) => (
        <span key={memberId} aria-hidden className="rounded-full ring-2 ring-surface">
          <Avatar name={name} tone="accent" className="ring-1 ring-accent" />
        </span>
      ))}
      <span className="sr-only">{label}</span>
    </div>
  );
}

function useOthers(templateId: Id<"templates">) {
  const { orgId } = useOrg();
  const heartbeat = useMutation(api.collab.templates.mutations.heartbeat);
  const beat = useCallback(
    (session: { sessionId: string; interval: number }) => heartbeat({ orgId, templateId, ...session }),
    [heartbeat, orgId, templateId],
  );
  const [roomToken] = useHeartbeats(beat);
  return useOrgQuery(api.collab.templates.queries.others, roomToken === null ? "skip" : { roomToken }) ?? [];
}
