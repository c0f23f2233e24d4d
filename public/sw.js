// The installed app's part outside of its pages: opens fast from what was loaded before, says so where there is no
// network, and leads from a notification to its conversation. Data never passes through here: it is live or not there.

const CACHE = "switchboard-1";
const OFFLINE_PAGE = "/offline.html";
/** Files whose names carry a hash of their content: what is kept never goes stale. */
const HASHED_ASSET = /^\/assets\/.+-[\w-]{8}\.\w+$/;
/** Some releases' worth; the oldest go first. */
const MAX_ASSETS = 300;

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll([OFFLINE_PAGE, "/icon.svg"])));
  self.skipWaiting();
});

self.addEventListener("activate", (event) => {
  const removeOld = async () => {
    const names = await caches.keys();
    await Promise.all(names.filter((name) => name !== CACHE).map((name) => caches.delete(name)));
    await self.clients.claim();
  };
  event.waitUntil(removeOld());
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (request.mode === "navigate") event.respondWith(page(request));
  else if (HASHED_ASSET.test(url.pathname)) event.respondWith(asset(event, request));
});

async function page(request) {
  try {
    return await fetch(request);
  } catch (thrown) {
    const kept = await caches.match(OFFLINE_PAGE);
    if (kept === undefined) throw thrown;
    return kept;
  }
}

async function asset(event, request) {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(request);
  if (kept !== undefined) return kept;
  const answer = await fetch(request);
  if (answer.ok) event.waitUntil(keep(cache, request, answer.clone()));
  return answer;
}

async function keep(cache, request, answer) {
  await cache.put(request, answer);
  const keys = (await cache.keys()).filter(({ url }) => HASHED_ASSET.test(new URL(url).pathname));
  await Promise.all(keys.slice(0, Math.max(0, keys.length - MAX_ASSETS)).map((key) => cache.delete(key)));
}

// A push says what convex/notifications/push/words.ts put into it. Whoever looks at the app has its bell: the browser
// allows silence then, and only then.
self.addEventListener("push", (event) => {
  const { title, body, tag, path, orgId, badge } = event.data.json();
  const show = async () => {
    await self.navigator.setAppBadge?.(badge).catch(() => undefined);
    const tabs = await self.clients.matchAll({ type: "window" });
    if (tabs.some((tab) => tab.focused && tab.visibilityState === "visible")) return;
    await self.registration.showNotification(title, {
      body,
      tag,
      renotify: true,
      icon: "/icon.svg",
      data: { path, orgId },
    });
  };
  event.waitUntil(show());
});

// The browser got a new address: it subscribes with the same key, and the app tells the server when it is opened next.
self.addEventListener("pushsubscriptionchange", (event) => {
  const options = event.oldSubscription?.options;
  if (options) event.waitUntil(self.registration.pushManager.subscribe(options));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const { path = "/", orgId } = event.notification.data ?? {};
  const open = async () => {
    const tabs = await self.clients.matchAll({ type: "window" });
    const tab = tabs.find(({ focused }) => focused) ?? tabs[0];
    // A tab that opens learns the workspace from its address (src/lib/pushed-workspace.ts).
    if (tab === undefined) return await self.clients.openWindow(orgId ? `${path}#workspace=${orgId}` : path);
    tab.postMessage({ open: path, orgId });
    return await tab.focus();
  };
  event.waitUntil(open());
});
