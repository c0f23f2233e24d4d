import { literals } from "convex-helpers/validators";
import { defineTable } from "convex/server";
import { v, type Infer } from "convex/values";
import { vChannel, vPurpose } from "../../lib/closedSets";
import { vQuietHours } from "../../orgs/schema";
import { vLane } from "../schema";

// The settings tree of requirement S0, names to the letter. What each value means and what holds when nobody set it:
// defaults.ts.

const vMailChannel = v.object({
  isEnabled: v.boolean(),
  /** Text, HTML and attachments together; more is not handed to a provider at all. */
  maxKilobytes: v.number(),
  /** A provider that refuses the content gets it once more as plain text. */
  simplifiesOnRefusal: v.boolean(),
});
const vSmsChannel = v.object({
  isEnabled: v.boolean(),
  /** Longer texts are cut (providers refuse more than ten). */
  maxSegments: v.number(),
  /** What to do with a number that is a landline. */
  landlines: literals("reroute", "send"),
});
const vWhatsAppChannel = v.object({
  isEnabled: v.boolean(),
  /** Outside the 24 h window: an approved template, or another channel. */
  outsideWindow: literals("template", "reroute"),
});
const vWebhookChannel = v.object({ isEnabled: v.boolean() });

export const vChannelSettings = v.object({
  email: vMailChannel,
  sms: vSmsChannel,
  whatsapp: vWhatsAppChannel,
  webhook: vWebhookChannel,
});

export const vRoutingRules = v.object({
  customerPreferences: v.object({
    /** "best" goes by the channel the person prefers. */
    respectsChannel: v.boolean(),
    /** What is not urgent goes within the hours the person prefers. */
    respectsHours: v.boolean(),
  }),
  /** Channels in the order in which "best" tries them; empty = by the order of their connections. */
  channelPriorities: v.array(vChannel),
  /** Which channels stand in for one that fails, in order; `emergency` for messages somebody declared one. */
  fallbackChains: v.object({
    email: v.array(vChannel),
    sms: v.array(vChannel),
    whatsapp: v.array(vChannel),
    webhook: v.array(vChannel),
    emergency: v.array(vChannel),
  }),
});

const vPerChannel = v.object({
  email: v.optional(v.number()),
  sms: v.optional(v.number()),
  whatsapp: v.optional(v.number()),
  webhook: v.optional(v.number()),
});

const vPerLane = v.object({ critical: v.number(), transactional: v.number(), marketing: v.number() });

export const vTimingRules = v.object({
  /** Absent: the organisation's. Start and end alike = none. */
  quietHours: v.optional(vQuietHours),
  /** These purposes go within the opening hours of the default calendar only. */
  businessHoursFor: v.array(vPurpose),
  /** Country rule packs (rulePacks.ts): hours, Sundays, holidays, required address. */
  respectsCountryRules: v.boolean(),
  /** Messages of these lanes that fall due together are spread over so many minutes. */
  spreadMinutes: vPerLane,
  /** Older than this a message is given up. */
  maxAgeHours: vPerLane,
});

export const vRateLimits = v.object({
  /** How much of a connection's rate may go at once, in seconds of it. */
  burstSeconds: v.number(),
  /** Messages of these purposes one person gets at most, whatever the source (product.md C-47). */
  frequencyCap: v.object({
    purposes: v.array(vPurpose),
    perDay: v.number(),
    perWeek: v.number(),
    /** Least time between two of them, minutes (product.md O-3); 0, or absent in older settings: any. */
    minGapMinutes: v.optional(v.number()),
  }),
});

export const vRetryPolicies = v.object({
  maxAttempts: v.number(),
  /** First wait after a passing failure; doubled each time up to the cap. */
  baseSeconds: v.number(),
  rateLimitBaseSeconds: v.number(),
  capMinutes: v.number(),
  /** No further try so long after the first one. */
  maxAgeHours: v.number(),
});

export const vDeliverySettings = v.object({
  timingRules: vTimingRules,
  rateLimits: vRateLimits,
  retryPolicies: vRetryPolicies,
});

export const vTrackingSettings = v.object({
  deliveryTracking: v.object({
    /** A provider that can be asked is asked what became of a message whose answer was lost. */
    asksProviders: v.boolean(),
    /** Lost answers of these purposes are sent again although the provider may double them; others wait for a person. */
    resendsInDoubt: v.array(vPurpose),
  }),
  performanceMetrics: v.object({
    /** Slower answers count as slow; more than one in twenty slow ones is degradation (p95). */
    slowAfterMs: v.number(),
    /** Share of failing answers from which on a connection is degraded. */
    degradedFailurePercent: v.number(),
    /** Fewer answers say nothing. */
    minimumAnswers: v.number(),
  }),
  alertSettings: v.object({
    /** A message of these lanes that is given up becomes a task (product.md C-26). */
    escalatesLanes: v.array(vLane),
    escalationDueMinutes: v.number(),
    /** Who gets it; absent = nobody in particular. */
    escalatesTo: v.optional(v.id("members")),
    /** Who is told of alerts by e-mail; absent = the screen and subscribed webhooks only. */
    email: v.optional(v.string()),
    /** Spending beyond these is an alert, by channel, in millionths of the currency unit; absent = no limit. */
    costPerDayMicros: v.optional(vPerChannel),
    costPerMonthMicros: v.optional(vPerChannel),
  }),
});

/** While a person talks with a customer, programs are silent (product.md O-4). */
export const vHumanFirst = v.object({
  isEnabled: v.boolean(),
  /** Automatic messages of these purposes wait. */
  purposes: v.array(vPurpose),
  /** A talk is over when nobody wrote for so long. */
  quietMinutes: v.number(),
  /** A conversation of the type "complaint" holds them until it is closed. */
  holdsOnComplaints: v.boolean(),
  /** What waited longer is dropped instead of being sent afterwards. */
  dropsAfterHours: v.number(),
});

export const vSettings = v.object({
  channelSettings: vChannelSettings,
  routingRules: vRoutingRules,
  deliverySettings: vDeliverySettings,
  trackingSettings: vTrackingSettings,
  humanFirst: vHumanFirst,
});
export type Settings = Infer<typeof vSettings>;

/** A change: whole groups, as the screen shows them. */
export const vSettingsChange = v.object({
  channelSettings: v.optional(vChannelSettings),
  routingRules: v.optional(vRoutingRules),
  deliverySettings: v.optional(vDeliverySettings),
  trackingSettings: v.optional(vTrackingSettings),
  humanFirst: v.optional(vHumanFirst),
});
export type SettingsChange = Infer<typeof vSettingsChange>;

export const settingsTables = {
  // What an organisation changed of its delivery settings; what is absent follows the defaults. One row at most.
  // Written by its admins, read by every dispatch.
  deliverySettings: defineTable({ orgId: v.id("organisations"), ...vSettingsChange.fields }).index("by_org", ["orgId"]),
};
