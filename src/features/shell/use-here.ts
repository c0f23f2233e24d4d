import { useEffect } from "react";
import { api } from "../../../convex/_generated/api";
import { BEAT_MS } from "../../../convex/orgs/teams/presence";
import { useOrgMutation } from "../../lib/org";

/** Who did nothing for so long has left the screen on. */
const IDLE_MS = 2 * BEAT_MS;
const ACTS = ["pointermove", "pointerdown", "keydown", "wheel", "touchmove"] as const;

/**
 * Says every minute that this tab is open, and whether somebody looks at it: teams give work to people who are there, and
 * devices stay quiet meanwhile. Once per shell.
 */
export function useHere(): void {
  const here = useOrgMutation(api.inbox.teams.mutations.here);
  useEffect(() => {
    let actedAt = Date.now();
    const onAct = () => {
      actedAt = Date.now();
    };
    const beat = () => {
      const isLooking = !document.hidden && Date.now() - actedAt < IDLE_MS;
      // Lost or refused: the next beat says it again.
      void here({ isLooking }).catch(() => undefined);
    };
    const onVisible = () => {
      if (document.hidden) return;
      onAct();
      beat();
    };
    beat();
    const timer = setInterval(beat, BEAT_MS);
    for (const act of ACTS) window.addEventListener(act, onAct, { passive: true });
    document.addEventListener("visibilitychange", onVisible);
    return () => {
      clearInterval(timer);
      for (const act of ACTS) window.removeEventListener(act, onAct);
      document.removeEventListener("visibilitychange", onVisible);
    };
  }, [here]);
}
