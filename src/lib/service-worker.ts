/** Makes the app installable and gives it its offline page. Not in development, where files change under it. */
export function startServiceWorker(): void {
  if (!import.meta.env.PROD || !("serviceWorker" in navigator)) return;
  window.addEventListener("load", () => {
    // Private windows and policies forbid it; everything else works without.
    navigator.serviceWorker.register("/sw.js").catch(() => undefined);
  });
}

/** Shows a notification of the system; phones allow it only through the service worker. A press opens `path`. */
export async function showSystemNotification(
  title: string,
  { path, open, ...options }: { body: string; tag: string; path: string; open: () => void },
): Promise<void> {
  const icon = "/icon.svg";
  const registration = "serviceWorker" in navigator ? await navigator.serviceWorker.getRegistration() : undefined;
  if (registration?.active) {
    await registration.showNotification(title, { ...options, icon, data: { path } });
    return;
  }
  const shown = new Notification(title, { ...options, icon });
  shown.addEventListener("click", () => {
    window.focus();
    open();
    shown.close();
  });
}

/** Calls back with the path of a notification that was pressed, and the workspace of a pushed one, until it is ended. */
export function onNotificationPath(listener: (path: string, orgId?: string) => void): () => void {
  if (!("serviceWorker" in navigator)) return () => undefined;
  const { serviceWorker } = navigator;
  const onMessage = (event: MessageEvent<unknown>) => {
    const { data } = event;
    if (typeof data !== "object" || data === null || !("open" in data) || typeof data.open !== "string") return;
    listener(data.open, "orgId" in data && typeof data.orgId === "string" ? data.orgId : undefined);
  };
  serviceWorker.addEventListener("message", onMessage);
  return () => serviceWorker.removeEventListener("message", onMessage);
}
