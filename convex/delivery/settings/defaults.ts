import type { Infer } from "convex/values";
import type { vChannelSettings, vDeliverySettings, vHumanFirst, vRoutingRules, vTrackingSettings } from "./schema";
import { CHANNELS } from "../../lib/closedSets";
import type { Settings, SettingsChange } from "./schema";

/** A long SMS is ten parts at most: providers refuse more (providers.md 12). */
const MAX_SMS_SEGMENTS = 10;

/** A million currency units: more is a typing error. */
const MAX_COST_MICROS = 1_000_000 * 1_000_000;

const CHANNEL_SETTINGS: Infer<typeof vChannelSettings> = {
  // The common limit of mail servers is 10 MB as sent; base64 takes a third of it (providers.md 1 to 6: 10 to 40 MB).
  email: { isEnabled: true, maxKilobytes: 7_000, simplifiesOnRefusal: true },
  sms: { isEnabled: true, maxSegments: MAX_SMS_SEGMENTS, landlines: "reroute" },
  whatsapp: { isEnabled: true, outsideWindow: "template" },
  webhook: { isEnabled: true },
};

const ROUTING_RULES: Infer<typeof vRoutingRules> = {
  customerPreferences: { respectsChannel: true, respectsHours: true },
  channelPriorities: [],
  fallbackChains: {
    email: ["sms", "whatsapp"],
    sms: ["whatsapp", "email"],
    whatsapp: ["sms", "email"],
    // A webhook goes to a machine: nothing stands in for it.
    webhook: [],
    // What people notice first.
    emergency: ["sms", "whatsapp", "email"],
  },
};

const DELIVERY_SETTINGS: Infer<typeof vDeliverySettings> = {
  timingRules: {
    businessHoursFor: [],
    respectsCountryRules: true,
    spreadMinutes: { critical: 0, transactional: 0, marketing: 0 },
    // An urgent message of yesterday only confuses; a newsletter waits over a long weekend.
    maxAgeHours: { critical: 24, transactional: 72, marketing: 120 },
  },
  rateLimits: {
    burstSeconds: 1,
    frequencyCap: { purposes: ["marketing"], perDay: 3, perWeek: 10, minGapMinutes: 0 },
  },
  retryPolicies: {
    maxAttempts: 12,
    // Providers' hiccups are over within a minute or two.
    baseSeconds: 30,
    // A provider that limits us wants a pause, not a hiccup's worth.
    rateLimitBaseSeconds: 60,
    capMinutes: 60,
    // After this long a full mailbox or a broken server is no passing trouble (providers.md 2: "for hours").
    maxAgeHours: 24,
  },
};

const TRACKING_SETTINGS: Infer<typeof vTrackingSettings> = {
  // A booking confirmation is worth more twice than not at all.
  deliveryTracking: { asksProviders: true, resendsInDoubt: ["transactional"] },
  performanceMetrics: { slowAfterMs: 5_000, degradedFailurePercent: 20, minimumAnswers: 5 },
  alertSettings: { escalatesLanes: ["critical"], escalationDueMinutes: 30 },
};

const HUMAN_FIRST: Infer<typeof vHumanFirst> = {
  isEnabled: true,
  // A reminder of an appointment is news to somebody who talks about something else; advertising is not.
  purposes: ["marketing", "review"],
  quietMinutes: 30,
  holdsOnComplaints: true,
  dropsAfterHours: 72,
};

/** What holds when nobody set anything. */
export const DEFAULT_SETTINGS: Settings = {
  channelSettings: CHANNEL_SETTINGS,
  routingRules: ROUTING_RULES,
  deliverySettings: DELIVERY_SETTINGS,
  trackingSettings: TRACKING_SETTINGS,
  humanFirst: HUMAN_FIRST,
};

/** The settings that hold: what was set, else the defaults, group by group. */
export function withDefaults(set: SettingsChange): Settings {
  const { channelSettings, routingRules, deliverySettings, trackingSettings, humanFirst } = DEFAULT_SETTINGS;
  return {
    channelSettings: set.channelSettings ?? channelSettings,
    routingRules: set.routingRules ?? routingRules,
    deliverySettings: set.deliverySettings === undefined ? deliverySettings : completed(set.deliverySettings),
    trackingSettings: set.trackingSettings ?? trackingSettings,
    humanFirst: set.humanFirst ?? humanFirst,
  };
}

// Older settings say nothing of what came later.
function completed(set: Settings["deliverySettings"]): Settings["deliverySettings"] {
  const { minGapMinutes } = DELIVERY_SETTINGS.rateLimits.frequencyCap;
  const frequencyCap = { minGapMinutes, ...set.rateLimits.frequencyCap };
  return { ...set, rateLimits: { ...set.rateLimits, frequencyCap } };
}

/** Least and most of every number, by its dotted path, in the unit its name says. */
export const SETTINGS_RANGES: Readonly<Record<string, readonly [least: number, most: number]>> = {
  "channelSettings.email.maxKilobytes": [10, 40_000],
  "channelSettings.sms.maxSegments": [1, MAX_SMS_SEGMENTS],
  ...perLane("deliverySettings.timingRules.spreadMinutes", 0, 24 * 60),
  ...perLane("deliverySettings.timingRules.maxAgeHours", 1, 24 * 31),
  // Dispatchers ask for tokens four times a second: a smaller bucket would waste what comes in between.
  "deliverySettings.rateLimits.burstSeconds": [0.5, 60],
  "deliverySettings.rateLimits.frequencyCap.perDay": [1, 100],
  "deliverySettings.rateLimits.frequencyCap.perWeek": [1, 100],
  // Longer than a day is what the cap is for.
  "deliverySettings.rateLimits.frequencyCap.minGapMinutes": [0, 24 * 60],
  "deliverySettings.retryPolicies.maxAttempts": [1, 20],
  "deliverySettings.retryPolicies.baseSeconds": [1, 3_600],
  "deliverySettings.retryPolicies.rateLimitBaseSeconds": [1, 3_600],
  "deliverySettings.retryPolicies.capMinutes": [1, 24 * 60],
  "deliverySettings.retryPolicies.maxAgeHours": [1, 24 * 7],
  "trackingSettings.performanceMetrics.slowAfterMs": [50, 60_000],
  "trackingSettings.performanceMetrics.degradedFailurePercent": [1, 100],
  "trackingSettings.performanceMetrics.minimumAnswers": [1, 1_000],
  "trackingSettings.alertSettings.escalationDueMinutes": [1, 7 * 24 * 60],
  "humanFirst.quietMinutes": [1, 24 * 60],
  "humanFirst.dropsAfterHours": [1, 24 * 31],
  ...perChannel("trackingSettings.alertSettings.costPerDayMicros", 0, MAX_COST_MICROS),
  ...perChannel("trackingSettings.alertSettings.costPerMonthMicros", 0, MAX_COST_MICROS),
};

function perLane(path: string, least: number, most: number): Record<string, readonly [number, number]> {
  return Object.fromEntries(
    Object.keys(DELIVERY_SETTINGS.timingRules.maxAgeHours).map((lane) => [`${path}.${lane}`, [least, most] as const]),
  );
}

function perChannel(path: string, least: number, most: number): Record<string, readonly [number, number]> {
  return Object.fromEntries(CHANNELS.map((channel) => [`${path}.${channel}`, [least, most] as const]));
}

const CLOCK_TIME = /^([01]\d|2[0-3]):[0-5]\d$/;
/** One address; whether anybody reads it is seen when an alert is sent. */
const MAIL_ADDRESS = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;

export type SettingsProblem = { field: string; message: string };

/**
 * What is wrong with a change, by dotted field path, or null: numbers out of range, clock times that are none, a channel
 * twice in one order, an address that is none.
 */
export function settingsProblem(change: SettingsChange): SettingsProblem | null {
  return rangeProblem(change) ?? timeProblem(change) ?? orderProblem(change) ?? addressProblem(change);
}

function rangeProblem(change: SettingsChange): SettingsProblem | null {
  for (const [field, [least, most]] of Object.entries(SETTINGS_RANGES)) {
    const value = valueAt(change, field);
    const isRight = value === undefined || (Number.isFinite(value) && Number(value) >= least && Number(value) <= most);
    if (!isRight) return { field, message: `This must be a number from ${least} to ${most}.` };
  }
  return null;
}

/** What stands at a dotted path, undefined where nothing does. */
export function valueAt(tree: unknown, path: string): unknown {
  return path.split(".").reduce<unknown>((node, key) => {
    return typeof node === "object" && node !== null ? (node as Record<string, unknown>)[key] : undefined;
  }, tree);
}

function timeProblem({ deliverySettings }: SettingsChange): SettingsProblem | null {
  const quiet = deliverySettings?.timingRules.quietHours;
  if (quiet === undefined) return null;
  for (const edge of ["start", "end"] as const) {
    if (CLOCK_TIME.test(quiet[edge])) continue;
    return { field: `deliverySettings.timingRules.quietHours.${edge}`, message: 'Write the time as "HH:MM".' };
  }
  return null;
}

function orderProblem({ routingRules }: SettingsChange): SettingsProblem | null {
  if (routingRules === undefined) return null;
  const orders: [string, readonly string[]][] = [
    ["channelPriorities", routingRules.channelPriorities],
    ...Object.entries(routingRules.fallbackChains).map(([of, chain]): [string, readonly string[]] => [
      `fallbackChains.${of}`,
      // A channel does not stand in for itself.
      [of, ...chain],
    ]),
  ];
  const twice = orders.find(([, channels]) => new Set(channels).size < channels.length);
  return twice === undefined ? null : { field: `routingRules.${twice[0]}`, message: "Each channel stands once." };
}

function addressProblem({ trackingSettings }: SettingsChange): SettingsProblem | null {
  const email = trackingSettings?.alertSettings.email;
  if (email === undefined || MAIL_ADDRESS.test(email)) return null;
  return { field: "trackingSettings.alertSettings.email", message: "This is no e-mail address." };
}
