import { useMutation, useQuery } from "convex/react";
import { useEffect, useState } from "react";
import { api } from "../../convex/_generated/api";
import type { Id } from "../../convex/_generated/dataModel";
import { CONVEX_URL } from "./convex";
import { useOrg } from "./org";

/** How often a session says that it is still there; the component counts it as gone after two and a half of these. */
const HEARTBEAT_MS = 10_000;

type Tokens = { roomToken: string; sessionToken: string };

/**
 * Who else has this thread open. The same protocol as the presence component's own hook (heartbeat while the page is
 * visible, beacon when it closes), with the workspace in the arguments because our functions check membership.
 */
export function usePresence(threadId: Id<"threads">) {
  const { orgId, membership } = useOrg();
  const heartbeat = useMutation(api.collab.presence.heartbeat);
  const disconnect = useMutation(api.collab.presence.disconnect);
  const [roomToken, setRoomToken] = useState<string | null>(null);

  useEffect(() => {
    const sessionId = crypto.randomUUID();
    let isOver = false;
    let tokens: Tokens | null = null;
    const leave = () => {
      // A lost goodbye is no harm: the session times out by itself.
      if (tokens !== null) void disconnect({ sessionToken: tokens.sessionToken }).catch(() => undefined);
    };
    const beat = async () => {
      if (document.hidden) return;
      try {
        tokens = await heartbeat({ orgId, threadId, sessionId, interval: HEARTBEAT_MS });
      } catch {
        // Not shown: presence is comfort, and the next beat tries again.
        return;
      }
      if (isOver) leave();
      else setRoomToken(tokens.roomToken);
    };
    const onVisibility = () => (document.hidden ? leave() : void beat());
    const onUnload = () => {
      if (tokens === null) return;
      const body = JSON.stringify({
        path: "collab/presence:disconnect",
        args: { sessionToken: tokens.sessionToken },
        format: "json",
      });
      navigator.sendBeacon(`${CONVEX_URL}/api/mutation`, new Blob([body], { type: "application/json" }));
    };
    void beat();
    const timer = setInterval(() => void beat(), HEARTBEAT_MS);
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
  }, [orgId, threadId, heartbeat, disconnect]);

  const present = useQuery(api.collab.presence.list, roomToken === null ? "skip" : { roomToken });
  return (present ?? []).filter((one) => one.online && one.userId !== membership.memberId);
}
