import type { Doc } from "../../_generated/dataModel";
import { countryOfLocale } from "../../contacts/addresses";
import type { Channel } from "../../lib/closedSets";
import { phoneFacts } from "../phones";
import { allowedAt } from "../sendChecks";
import type { Allowed } from "../time/windows";
import { countryOfZone, recipientZones } from "../time/zones";
import type { Batch, Desk } from "./batch";

/** When a message with a route may go at the earliest, and what moves it there; null when it never may. */
export function allowedInstant(
  batch: Batch,
  row: Doc<"messageQueue">,
  about: { contact: Doc<"contacts">; desk: Desk; channel: Channel; address: string },
): Allowed | null {
  const { contact, desk, channel, address } = about;
  const { org, settings } = desk;
  const { timingRules } = settings.deliverySettings;
  const phoneCountry = channel === "sms" || channel === "whatsapp" ? phoneFacts(address).country : undefined;
  const zones = recipientZones({ personZone: contact.timezone, phoneCountry, orgZone: org.timezone });
  const facts = {
    lane: row.lane,
    purpose: row.purpose,
    channel,
    sourceKind: row.source.kind,
    isEmergency: row.emergency !== undefined,
    zones,
    country: phoneCountry ?? countryOfLocale(contact.locale ?? "") ?? countryOfZone(zones[0] ?? ""),
    quietHours: timingRules.quietHours ?? org.quietHours,
    preferredHours: contact.preferredHours,
    calendar: desk.calendar,
  };
  const { lane, purpose, sourceKind, isEmergency, country, preferredHours } = facts;
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
  return batch.allowedInstant(key, () => allowedAt(batch.now, facts, settings));
}
