import { literals } from "convex-helpers/validators";
import { defineTable } from "convex/server";
import { v, type Infer } from "convex/values";
import { vChannel } from "../lib/closedSets";
import { vQuietHours } from "../orgs/schema";
import { accountTables } from "./accounts/schema";
import { consentTables } from "./consents/schema";
import { fieldTables } from "./fields/schema";
import { contactImportTables } from "./imports/schema";
import { mergeTables } from "./merges/schema";
import { noteTables } from "./notes/schema";
import { optInTables } from "./optIn/schema";
import { orderTables } from "./orders/schema";
import { segmentTables } from "./segments/schema";
import { suppressionTables } from "./suppressions/schema";
import { topicTables } from "./topics/schema";
import { wordingTables } from "./wordings/schema";

/** The channels a person has an address on. */
export const ADDRESS_CHANNELS = ["email", "sms", "whatsapp"] as const;
export const vAddressChannel = literals(...ADDRESS_CHANNELS);
export type AddressChannel = Infer<typeof vAddressChannel>;

/** True for channels on which a person has an address. */
export function isAddressChannel(channel: string): channel is AddressChannel {
  return (ADDRESS_CHANNELS as readonly string[]).includes(channel);
}

export const vAttributeValue = v.union(v.string(), v.number(), v.boolean());

export const contactTables = {
  // A person the business talks with. Written by contacts; read everywhere; removed only by erasure.
  contacts: defineTable({
    orgId: v.id("organisations"),
    name: v.string(),
    firstName: v.optional(v.string()),
    lastName: v.optional(v.string()),
    /** BCP 47 */
    locale: v.optional(v.string()),
    /** IANA zone of the person; unknown → the organisation's. */
    timezone: v.optional(v.string()),
    preferredChannel: v.optional(vChannel),
    /** The hours the person likes to hear from the organisation, on their own clock; over midnight if need be. */
    preferredHours: v.optional(vQuietHours),
    accountId: v.optional(v.id("accounts")),
    attributes: v.record(v.string(), vAttributeValue),
    tags: v.optional(v.array(v.string())),
    /** Name and addresses in one string, for the search index. Kept by contacts/model. */
    searchText: v.string(),
    /** Somebody of the team, for mails of the workspace itself: in no list, segment or search, and has no addresses. */
    staffEmail: v.optional(v.string()),
    /** The person was erased: name, addresses and attributes are gone, the row keeps the references of the log. */
    erasedAt: v.optional(v.number()),
    /** This was the same person as that contact, who has their addresses and history now. */
    mergedInto: v.optional(v.id("contacts")),
    /** Everybody who is part of this contact: what they agreed to is read with it. */
    mergedIds: v.optional(v.array(v.id("contacts"))),
    /** When it or an address of it was written last, UTC ms; absent: never since before that was kept. By model/rows. */
    changedAt: v.optional(v.number()),
  })
    .index("by_org", ["orgId", "staffEmail", "name"])
    // For systems that keep a copy (lib/followed.ts).
    .index("by_org_changed", ["orgId", "changedAt"])
    .index("by_account", ["accountId", "name"])
    .searchIndex("search", { searchField: "searchText", filterFields: ["orgId"] }),
  // One row per channel address; (orgId, channel, address) is unique. Addresses are normalised: e-mail lower-case,
  // phone E.164.
  contactAddresses: defineTable({
    orgId: v.id("organisations"),
    contactId: v.id("contacts"),
    channel: vAddressChannel,
    address: v.string(),
    isPrimary: v.boolean(),
    state: literals("unverified", "valid", "invalid"),
    /** When the person last wrote from it, UTC ms: what WhatsApp's 24 hours run from. */
    lastInboundAt: v.optional(v.number()),
  })
    .index("by_address", ["orgId", "channel", "address"])
    .index("by_contact", ["contactId", "channel"]),
  ...accountTables,
  ...consentTables,
  ...contactImportTables,
  ...fieldTables,
  ...mergeTables,
  ...noteTables,
  ...optInTables,
  ...orderTables,
  ...segmentTables,
  ...suppressionTables,
  ...topicTables,
  ...wordingTables,
};
