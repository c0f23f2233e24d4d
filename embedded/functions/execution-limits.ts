import { Slots } from "./slots.ts";

/** How many functions may run at the same time and how long actions may take (convex-facts f.5, f.6). */
export interface ExecutionLimits {
  queries: number;
  mutations: number;
  /** Actions of the default runtime, HTTP actions included. */
  isolateActions: number;
  nodeActions: number;
  /** Wall time, ms. */
  isolateActionMs: number;
  nodeActionMs: number;
  /** How long an action may wait while nothing goes on that could settle its promise. */
  stuckActionMs: number;
}

// What does not keep an event loop alive, such as a timer that was told so, may still settle something.
const STUCK_ACTION_MS = 5_000;

type Setting = Exclude<keyof ExecutionLimits, "stuckActionMs">;

// Self-hosted Convex's names (convex-facts j) and defaults; times in seconds there.
const SETTINGS = {
  queries: { name: "APPLICATION_MAX_CONCURRENT_QUERIES", value: 16, unit: 1 },
  mutations: { name: "APPLICATION_MAX_CONCURRENT_MUTATIONS", value: 16, unit: 1 },
  isolateActions: { name: "APPLICATION_MAX_CONCURRENT_V8_ACTIONS", value: 64, unit: 1 },
  nodeActions: { name: "APPLICATION_MAX_CONCURRENT_NODE_ACTIONS", value: 64, unit: 1 },
  isolateActionMs: { name: "V8_ACTION_USER_TIMEOUT_SECS", value: 30 * 60, unit: 1000 },
  nodeActionMs: { name: "NODE_ACTION_USER_TIMEOUT_SECS", value: 10 * 60, unit: 1000 },
} as const satisfies Record<Setting, { name: string; value: number; unit: number }>;

// The name for both kinds of actions before they had one each.
const ACTION_SECONDS = "ACTIONS_USER_TIMEOUT_SECS";

function readSetting(
  env: Readonly<Record<string, string | undefined>>,
  { name, value, unit }: { name: string; value: number; unit: number },
): number {
  const text = env[name];
  if (text === undefined || text === "") return value * unit;
  if (/^[1-9]\d{0,6}$/.test(text)) return Number(text) * unit;
  throw new Error(`${name} must be a whole number above 0, not "${text}".`);
}

/** The limits that environment variables ask for, else Convex's own. Throws Error, a sentence, for what is no number. */
export function executionLimits(env: Readonly<Record<string, string | undefined>>): ExecutionLimits {
  const read = (name: Setting) => readSetting(env, SETTINGS[name]);
  const readAction = (name: "isolateActionMs" | "nodeActionMs") => {
    const hasOwn = (env[SETTINGS[name].name] ?? "") !== "";
    return hasOwn ? read(name) : readSetting(env, { ...SETTINGS[name], name: ACTION_SECONDS });
  };
  return {
    queries: read("queries"),
    mutations: read("mutations"),
    isolateActions: read("isolateActions"),
    nodeActions: read("nodeActions"),
    isolateActionMs: readAction("isolateActionMs"),
    nodeActionMs: readAction("nodeActionMs"),
    stuckActionMs: STUCK_ACTION_MS,
  };
}

// How long a call waits for a place (convex-facts f.6).
const WAIT_MS = 5_000;
const ACTION_WAIT_MS = 10_000;

/** A place for each function that runs; made from the limits of one deployment. */
export interface ExecutionSlots {
  queries: Slots;
  mutations: Slots;
  isolateActions: Slots;
  nodeActions: Slots;
}

export function executionSlots(limits: ExecutionLimits): ExecutionSlots {
  const slots = (name: keyof ExecutionSlots, kind: string, waitMs: number) =>
    new Slots({ kind, limit: limits[name], waitMs, setting: SETTINGS[name].name });
  return {
    queries: slots("queries", "queries", WAIT_MS),
    mutations: slots("mutations", "mutations", WAIT_MS),
    isolateActions: slots("isolateActions", "actions", ACTION_WAIT_MS),
    nodeActions: slots("nodeActions", "Node.js actions", ACTION_WAIT_MS),
  };
}
