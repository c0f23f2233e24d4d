import { useEffect } from "react";
import { api } from "../../../convex/_generated/api";
import { BEAT_MS } from "../../../convex/orgs/teams/presence";
import { useOrgMutation } from "../../lib/org";

/** Says every minute that this tab is open: teams give work to people who are there. Once per shell. */
export function useHere(): void {
  const here = useOrgMutation(api.inbox.teams.mutations.here);
  useEffect(() => {
    // Lost or refused: the next beat says it again.
    const beat = () => void here({}).catch(() => undefined);
    beat();
    const timer = setInterval(beat, BEAT_MS);
    return () => clearInterval(timer);
  }, [here]);
}
