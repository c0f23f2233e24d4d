import type { Doc } from "../../../_generated/dataModel";
import type { QueryCtx } from "../../../_generated/server";
import type { FactValue } from "../../../lib/conditions";
import { livingAccount } from "../../accounts/model";
import { statementOf } from "../../consents/model";
import { addressesOf, usableAddress } from "../../model";
import { ADDRESS_CHANNELS } from "../../schema";
import { suppressionOf } from "../../suppressions/model";
import type { SegmentFacts, SegmentNeeds } from "../rules";

/** What a contact itself says, by the keys that conditions of segments and journeys name. */
export function contactValues(contact: Doc<"contacts">): Record<string, FactValue> {
  const values: Record<string, FactValue> = {
    "contact.name": contact.name,
    "contact.language": languagesOf(contact),
    "contact.tags": contact.tags ?? [],
    "contact.timezone": contact.timezone ?? null,
  };
  for (const [key, value] of Object.entries(contact.attributes)) values[`contact.attributes.${key}`] = value;
  return values;
}

/** "de-AT" is also "de". */
function languagesOf({ locale }: Doc<"contacts">): FactValue {
  if (locale === undefined) return null;
  const [language = locale] = locale.split("-");
  return language === locale ? locale : [locale, language];
}

/** All that the rules ask about one contact; nothing else is read. */
export async function segmentFacts(
  ctx: QueryCtx,
  contact: Doc<"contacts">,
  needs: SegmentNeeds,
): Promise<SegmentFacts> {
  const addresses = needs.hasAddresses ? await addressesOf(ctx, contact._id) : [];
  const account = needs.hasAccount ? await livingAccount(ctx, contact.accountId) : null;
  const suppressed = new Set<string>();
  for (const [key, { channel, purpose }] of needs.suppressions) {
    const address = usableAddress(addresses, channel)?.address;
    if (address === undefined) continue;
    const row = await suppressionOf(ctx, { orgId: contact.orgId, channel, address, purpose });
    if (row !== null) suppressed.add(key);
  }
  return {
    createdAt: contact._creationTime,
    isGone: contact.erasedAt !== undefined || contact.mergedInto !== undefined,
    values: {
      ...contactValues(contact),
      "contact.account": account?.name ?? null,
      "contact.accountKind": account?.kind ?? null,
    },
    consents: await consentsOf(ctx, contact, needs),
    channels: new Set(ADDRESS_CHANNELS.filter((channel) => usableAddress(addresses, channel) !== null)),
    suppressed,
  };
}

async function consentsOf(ctx: QueryCtx, { _id, mergedIds }: Doc<"contacts">, needs: SegmentNeeds) {
  const given = new Set<string>();
  for (const [key, { channel, purpose, topic }] of needs.consents) {
    const statement = await statementOf(ctx, { contactId: _id, mergedIds, channel, purpose, topic });
    if (statement?.state === "granted") given.add(key);
  }
  return given;
}
