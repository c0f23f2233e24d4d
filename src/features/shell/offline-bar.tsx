import { useConvexConnectionState } from "convex/react";
import { WifiOff } from "lucide-react";
import { useEffect, useState, useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";

/** Short losses heal by themselves; only a longer one is worth a word. */
const PATIENCE_MS = 1_500;

function subscribeToNetwork(listener: () => void): () => void {
  window.addEventListener("online", listener);
  window.addEventListener("offline", listener);
  return () => {
    window.removeEventListener("online", listener);
    window.removeEventListener("offline", listener);
  };
}

/** Says that the connection is gone. Mutations made meanwhile wait in the client and are sent once, on reconnect. */
export function OfflineBar() {
  const { t } = useTranslation();
  const { isWebSocketConnected, hasEverConnected } = useConvexConnectionState();
  // A cable pulled out is known to the browser long before the socket notices.
  const isOnline = useSyncExternalStore(subscribeToNetwork, () => navigator.onLine);
  const isLost = hasEverConnected && (!isWebSocketConnected || !isOnline);
  const [isShown, setIsShown] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setIsShown(isLost), isLost ? PATIENCE_MS : 0);
    return () => clearTimeout(timer);
  }, [isLost]);
  return (
    <div role="status">
      {isShown && (
        <p className="flex items-center justify-center gap-2 bg-warn-soft px-4 py-1.5 text-sm text-warn">
          <WifiOff aria-hidden size={15} className="shrink-0" />
          {t("shell.offline")}
        </p>
      )}
    </div>
  );
}
