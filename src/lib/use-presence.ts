import { useMutation, useQuery } from "convex/react";
import { useCallback, useEffect, useRef, useState } from "react";
import { api } from "../../convex/_generated/api";
import type { Id } from "../../convex/_generated/dataModel";
import { CONVEX_URL } from "./convex";
import { useOrg } from "./org";

/** How often a session says that it is still there; the component counts it as gone after two and a half of these. */
const HEARTBEAT_MS = 10_000;

type Tokens = { roomToken: string; sessionToken: string };

/**
 * Says that the member is here as long as the screen is: the same protocol as the presence component's own hook (heartbeat
 * while the page is visible, beacon when it closes), with the workspace in `beat`'s arguments because our functions check
 * membership. `beat` must stay the same function. Returns the room's token, and what says so again at once.
 */
export function useHeartbeats(
  beat: (session: { sessionId: string; interval: number }) => Promise<Tokens>,
): [roomToken: string | null, beatNow: () => void] {
  const disconnect = useMutation(api.collab.presence.disconnect);
  const [roomToken, setRoomToken] = useState<string | null>(null);
  const again = useRef<() => void>(undefined);

  useEffect(() => {
    const sessionId = crypto.randomUUID();
    let isOver = false;
    let tokens: Tokens | null = null;
    const leave = () => {
      // A lost goodbye is no harm: the session times out by itself.
      if (tokens !== null) void disconnect({ sessionToken: tokens.sessionToken }).catch(() => undefined);
    };
    const beatOnce = async () => {
      if (document.hidden) return;
      try {
        tokens = await beat({ sessionId, interval: HEARTBEAT_MS });
      } catch {
        // Not shown: presence is comfort, and the next beat tries again.
        return;
      }
      if (isOver) leave();
      else setRoomToken(tokens.roomToken);
    };
    const onVisibility = () => (document.hidden ? leave() : void beatOnce());
    const onUnload = () => {
      if (tokens === null) return;
      const body = JSON.stringify({
        path: "collab/presence:disconnect",
        args: { sessionToken: tokens.sessionToken },
        format: "json",
      });
      navigator.sendBeacon(`${CONVEX_URL}/api/mutation`, new Blob([body], { type: "application/json" }));
    };
    again.current = () => void beatOnce();
    void beatOnce();
    const timer = setInterval(() => void beatOnce(), HEARTBEAT_MS);
    document.addEventListener("visibilitychange", onVisibility);
    window.addEventListener("pagehide", onUnload);
    return () => {
      isOver = true;
      clearInterval(timer);
      document.removeEventListener("visibilitychange", onVisibility);
      window.removeEventListener("pagehide", onUnload);
      setRoomToken(null);
      leave();
    };
  }, [beat, disconnect]);

  return [roomToken, useCallback(() => again.current?.(), [])];
}

/** Who else has this thread open. */
export function usePresence(threadId: Id<"threads">) {
  const { orgId, membership } = useOrg();
  const heartbeat = useMutation(api.collab.presence.heartbeat);
  const beat = useCallback(
    (session: { sessionId: string; interval: number }) => heartbeat({ orgId, threadId, ...session }),
    [heartbeat, orgId, threadId],
  );
  const [roomToken] = useHeartbeats(beat);
  const present = useQuery(api.collab.presence.list, roomToken === null ? "skip" : { roomToken });
  return (present ?? []).filter((one) => one.online && one.userId !== membership.memberId);
}
