import { useMutation } from "convex/react";
import { useCallback, useEffect, useRef } from "react";
import { api } from "../../../../convex/_generated/api";
import type { Id } from "../../../../convex/_generated/dataModel";
import { useOrg, useOrgQuery } from "../../../lib/org";
import { useHeartbeats } from "../../../lib/use-presence";

/** Who else has this builder open, and at which step; tells them the same of us. */
export function useOthers(sequenceId: Id<"sequences">, selected: string | null) {
  const { orgId } = useOrg();
  const heartbeat = useMutation(api.sequences.drafts.presence.mutations.heartbeat);
  const at = useRef(selected);
  const beat = useCallback(
    (session: { sessionId: string; interval: number }) =>
      heartbeat({ orgId, sequenceId, selected: at.current, ...session }),
    [heartbeat, orgId, sequenceId],
  );
  const [roomToken, beatNow] = useHeartbeats(beat);
  useEffect(() => {
    if (at.current === selected) return;
    at.current = selected;
    beatNow();
  }, [selected, beatNow]);
  return useOrgQuery(api.sequences.drafts.presence.queries.others, roomToken === null ? "skip" : { roomToken }) ?? [];
}
