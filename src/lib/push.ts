import { readStored, writeStored } from "./stored";

// This browser's own subscription to pushes. The server knows it as one of its member's devices.

/** What the server was told of last: another address now means that the browser got a new one. */
const TOLD_KEY = "pushDevice";
const LANGUAGE_KEY = "pushLanguage";

/** False where the browser has no pushes: before installing on iPhones, in private windows, over plain HTTP. */
export function canPush(): boolean {
  return "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;
}

async function worker(): Promise<ServiceWorkerRegistration | undefined> {
  return canPush() ? await navigator.serviceWorker.getRegistration() : undefined;
}

/** The subscription this browser has, or null. */
export async function ownSubscription(): Promise<PushSubscription | null> {
  return (await (await worker())?.pushManager.getSubscription()) ?? null;
}

/** Subscribes this browser with the deployment's key. Throws what the browser says when it refuses. */
export async function subscribeHere(publicKey: string): Promise<PushSubscription> {
  if ((await worker()) === undefined) throw new Error("This browser has no service worker.");
  // On the very first visit it is still being installed: nothing can be subscribed before it runs.
  const registration = await navigator.serviceWorker.ready;
  const known = await registration.pushManager.getSubscription();
  if (known !== null && hasKey(known, publicKey)) return known;
  // One made with another deployment's key is of no use here, and keeps a new one from being made.
  await known?.unsubscribe();
  return await registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: publicKey });
}

function hasKey({ options }: PushSubscription, publicKey: string): boolean {
  const bytes = new Uint8Array(options.applicationServerKey ?? new ArrayBuffer(0));
  const text = btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_");
  return text.replace(/=+$/, "") === publicKey.replace(/=+$/, "");
}

/** What the server needs of it; null for a subscription without keys, which browsers do not make. */
export function subscriptionFields(subscription: PushSubscription) {
  const { endpoint, keys } = subscription.toJSON();
  if (endpoint === undefined || keys?.p256dh === undefined || keys.auth === undefined) return null;
  return { endpoint, p256dh: keys.p256dh, auth: keys.auth, name: deviceName(navigator.userAgent) };
}

/** Keeps what the server was told of this browser. */
export function rememberTold(endpoint: string | null, language: string | null): void {
  writeStored(TOLD_KEY, endpoint);
  writeStored(LANGUAGE_KEY, language);
}

/** The address and language the server was told of last; null where this browser is not pushed to. */
export function toldLast(): { endpoint: string; language: string | null } | null {
  const endpoint = readStored<string | null>(TOLD_KEY, null);
  return endpoint === null ? null : { endpoint, language: readStored<string | null>(LANGUAGE_KEY, null) };
}

/** Ends the subscription of this browser and returns the address it had. */
export async function unsubscribeHere(): Promise<string | null> {
  const subscription = await ownSubscription();
  rememberTold(null, null);
  if (subscription === null) return null;
  await subscription.unsubscribe();
  return subscription.endpoint;
}

const BROWSERS = [
  ["Edge", /Edg(e|A|iOS)?\//],
  ["Opera", /OPR\//],
  ["Samsung Internet", /SamsungBrowser\//],
  ["Firefox", /(Firefox|FxiOS)\//],
  ["Chrome", /(Chrome|CriOS)\//],
  ["Safari", /Safari\//],
] as const;
const SYSTEMS = [
  ["iPhone", /iPhone/],
  ["iPad", /iPad/],
  ["Android", /Android/],
  ["Windows", /Windows/],
  ["macOS", /Mac OS X/],
  ["Linux", /Linux/],
] as const;

/** "Firefox, Android": how a member tells one device from another. Browsers tell more to nobody. */
export function deviceName(userAgent: string): string {
  const named = [BROWSERS, SYSTEMS].flatMap((known) => known.find(([, sign]) => sign.test(userAgent))?.[0] ?? []);
  return named.length === 0 ? "Browser" : named.join(", ");
}
