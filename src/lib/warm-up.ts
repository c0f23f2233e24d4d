import { allTexts } from "./i18n";

// The first screen loads with nothing but itself. Everything one press away from it comes right after the first sign of a
// person (a pointer that moves, a key, a finger), so that nobody waits for it when they press.

type Load = () => Promise<unknown>;

/** Further down in time than this, a browser that is busy all the while loads it nevertheless. */
const IDLE_TIMEOUT_MS = 2_000;
const SIGNS = ["pointermove", "pointerdown", "keydown"] as const;

const waiting: Load[] = [allTexts];
let isWarm = false;

/** Has something loaded soon: after the first sign of a person. */
export function loadSoon(load: Load): void {
  if (isWarm) run([load]);
  else waiting.push(load);
}

/** Begins to look out for a person. */
export function watchForPerson(): void {
  const begin = () => {
    for (const sign of SIGNS) window.removeEventListener(sign, begin);
    isWarm = true;
    run(waiting.splice(0));
  };
  for (const sign of SIGNS) window.addEventListener(sign, begin, { passive: true });
}

function run(loads: readonly Load[]): void {
  const start = () => {
    // What does not come now (no network) is asked for again when it is needed, and says so then.
    for (const load of loads) void load().catch(() => undefined);
  };
  // Safari has no idle callbacks.
  if ("requestIdleCallback" in window) window.requestIdleCallback(start, { timeout: IDLE_TIMEOUT_MS });
  else setTimeout(start);
}
