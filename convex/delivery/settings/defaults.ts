import type { Infer } from "convex/values";
import type { vChannelSettings, vDeliverySettings, vRoutingRules, vTrackingSettings } from "./schema";
import type { Settings, SettingsChange } from "./schema";

/** A long SMS is ten parts at most: providers refuse more (providers.md 12). */
const MAX_SMS_SEGMENTS = 10;

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
    frequencyCap: { purposes: ["marketing"], perDay: 3, perWeek: 10 },
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

/** What holds when nobody set anything. */
export const DEFAULT_SETTINGS: Settings = {
  channelSettings: CHANNEL_SETTINGS,
  routingRules: ROUTING_RULES,
  deliverySettings: DELIVERY_SETTINGS,
  trackingSettings: TRACKING_SETTINGS,
};

/** The settings that hold: what was set, else the defaults, group by group. */
export function withDefaults(set: SettingsChange): Settings {
  const { channelSettings, routingRules, deliverySettings, trackingSettings } = DEFAULT_SETTINGS;
  return {
    channelSettings: set.channelSettings ?? channelSettings,
    routingRules: set.routingRules ?? routingRules,
    deliverySettings: set.deliverySettings ?? deliverySettings,
    trackingSettings: set.trackingSettings ?? trackingSettings,
  };
}

const CLOCK_TIME = /^([01]\d|2[0-3]):[0-5]\d$/;

/** What is wrong with a change, by dotted field path, or null: numbers out of range, clock times that are none. */
export function settingsProblem(change: SettingsChange): { field: string; message: string } | null {
  return rangeProblem(change) ?? timeProblem(change);
}

type Range = [path: string, value: number | undefined, least: number, most: number];

function rangesOf({
  channelSettings: channels,
  deliverySettings,
  trackingSettings: tracking,
}: SettingsChange): Range[] {
  const { timingRules: timing, rateLimits: rates, retryPolicies: retries } = deliverySettings ?? {};
  const perLane = (path: string, lanes: Record<string, number> | undefined, least: number, most: number) =>
    Object.entries(lanes ?? {}).map(([lane, value]): Range => [`${path}.${lane}`, value, least, most]);
  return [
    ["channelSettings.email.maxKilobytes", channels?.email.maxKilobytes, 10, 40_000],
    ["channelSettings.sms.maxSegments", channels?.sms.maxSegments, 1, MAX_SMS_SEGMENTS],
    ...perLane("deliverySettings.timingRules.spreadMinutes", timing?.spreadMinutes, 0, 24 * 60),
    ...perLane("deliverySettings.timingRules.maxAgeHours", timing?.maxAgeHours, 1, 24 * 31),
    // Dispatchers ask for tokens four times a second: a smaller bucket would waste what comes in between.
    ["deliverySettings.rateLimits.burstSeconds", rates?.burstSeconds, 0.5, 60],
    ["deliverySettings.rateLimits.frequencyCap.perDay", rates?.frequencyCap.perDay, 1, 100],
    ["deliverySettings.rateLimits.frequencyCap.perWeek", rates?.frequencyCap.perWeek, 1, 100],
    ["deliverySettings.retryPolicies.maxAttempts", retries?.maxAttempts, 1, 20],
    ["deliverySettings.retryPolicies.baseSeconds", retries?.baseSeconds, 1, 3_600],
    ["deliverySettings.retryPolicies.rateLimitBaseSeconds", retries?.rateLimitBaseSeconds, 1, 3_600],
    ["deliverySettings.retryPolicies.capMinutes", retries?.capMinutes, 1, 24 * 60],
    ["deliverySettings.retryPolicies.maxAgeHours", retries?.maxAgeHours, 1, 24 * 7],
    ["trackingSettings.performanceMetrics.slowAfterMs", tracking?.performanceMetrics.slowAfterMs, 50, 60_000],
    [
      "trackingSettings.performanceMetrics.degradedFailurePercent",
      tracking?.performanceMetrics.degradedFailurePercent,
      1,
      100,
    ],
    ["trackingSettings.performanceMetrics.minimumAnswers", tracking?.performanceMetrics.minimumAnswers, 1, 1_000],
    [
      "trackingSettings.alertSettings.escalationDueMinutes",
      tracking?.alertSettings.escalationDueMinutes,
      1,
      7 * 24 * 60,
    ],
  ];
}

function rangeProblem(change: SettingsChange): { field: string; message: string } | null {
  for (const [field, value, least, most] of rangesOf(change)) {
    const isRight = value === undefined || (Number.isFinite(value) && value >= least && value <= most);
    if (!isRight) return { field, message: `This must be a number from ${least} to ${most}.` };
  }
  return null;
}

function timeProblem({ deliverySettings }: SettingsChange): { field: string; message: string } | null {
  const quiet = deliverySettings?.timingRules.quietHours;
  if (quiet === undefined) return null;
  for (const edge of ["start", "end"] as const) {
    if (CLOCK_TIME.test(quiet[edge])) continue;
    return { field: `deliverySettings.timingRules.quietHours.${edge}`, message: 'Write the time as "HH:MM".' };
  }
  return null;
}
