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

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const path = event.notification.data?.path ?? "/";
  const open = async () => {
    const [tab] = await self.clients.matchAll({ type: "window" });
    if (tab === undefined) return await self.clients.openWindow(path);
    tab.postMessage({ open: path });
    return await tab.focus();
  };
  event.waitUntil(open());
});
