import type { Doc } from "../../_generated/dataModel";
import type { QueryCtx } from "../../_generated/server";
import { countryOfLocale } from "../../contacts/addresses";
import type { Channel } from "../../lib/closedSets";
import { phoneFacts } from "../phones";
import { allowedAt, type HourFacts } from "../sendChecks";
import type { Allowed } from "../time/windows";
import { countryOfZone, recipientZones } from "../time/zones";
import type { Batch, Desk } from "./batch";

type Row = Pick<Doc<"messageQueue">, "orgId" | "lane" | "purpose" | "source" | "emergency">;
type Routed = { contact: Doc<"contacts">; desk: Desk; channel: Channel; address: string };

/** When a message with a route may go at the earliest, and what moves it there; null when it never may. */
export function allowedInstant(batch: Batch<QueryCtx>, row: Row, about: Routed): Allowed | null {
  const facts = hourFactsOf(row, about);
  const { lane, purpose, channel, sourceKind, isEmergency, zones, country, preferredHours } = facts;
  // Messages of one batch mostly ask the same: the answer depends on nothing but this.
  const key = JSON.stringify([
    row.orgId,
    lane,
    purpose,
    channel,
    sourceKind,
    isEmergency,
    zones,
    country,
    preferredHours,
  ]);
  return batch.allowedInstant(key, () => allowedAt(batch.now, facts, about.desk.settings));
}

/** What bears on the hour of a message that has a route. */
export function hourFactsOf(row: Row, { contact, desk, channel, address }: Routed): HourFacts {
  const { org, settings, calendar } = desk;
  const { timingRules } = settings.deliverySettings;
  const phoneCountry = channel === "sms" || channel === "whatsapp" ? phoneFacts(address).country : undefined;
  const zones = recipientZones({ personZone: contact.timezone, phoneCountry, orgZone: org.timezone });
  return {
    lane: row.lane,
    purpose: row.purpose,
    channel,
    sourceKind: row.source.kind,
    isEmergency: row.emergency !== undefined,
    zones,
    country: phoneCountry ?? countryOfLocale(contact.locale ?? "") ?? countryOfZone(zones[0] ?? ""),
    quietHours: timingRules.quietHours ?? org.quietHours,
    preferredHours: contact.preferredHours,
    calendar,
  };
}
