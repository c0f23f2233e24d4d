import { v, type Infer } from "convex/values";
import type { Doc } from "../../../_generated/dataModel";
import type { QueryCtx } from "../../../_generated/server";
import { vPurpose } from "../../../lib/closedSets";
import { consentVerdict, rulePackOf, type ConsentVerdict } from "../../consentRules";
import { countriesOf } from "../../addresses";
import { primaryAddress } from "../../model";
import { ADDRESS_CHANNELS, vAddressChannel, type AddressChannel } from "../../schema";
import { vSuppressionReason } from "../../suppressions/schema";
import { suppressionOf } from "../../suppressions/model";
import { topicsOf } from "../../topics/model";
import type { Topic } from "../../topics/defaults";
import { vLocalText } from "../../topics/schema";
import { wishesOf } from "../model";
import { consentFacts } from "./facts";

/** May this person be written to about this topic by this channel, and why? */
const vCell = v.object({
  channel: vAddressChannel,
  isAllowed: v.boolean(),
  /** Name of the ground or of the block: `ConsentGround`, `ConsentBlock`, or "suppressed". */
  because: v.string(),
  /** Rule pack of the country that decided. */
  pack: v.string(),
  statementAt: v.union(v.number(), v.null()),
  suppression: v.union(v.object({ id: v.id("suppressions"), reason: vSuppressionReason }), v.null()),
});

export const vStanding = v.object({
  addresses: v.array(v.object({ channel: vAddressChannel, address: v.string() })),
  rules: v.array(v.object({ country: v.string(), pack: v.string(), law: v.string() })),
  topics: v.array(v.object({ key: v.string(), name: vLocalText, purpose: vPurpose, cells: v.array(vCell) })),
  pausedUntil: v.union(v.number(), v.null()),
  everyDays: v.union(v.number(), v.null()),
});
export type Standing = Infer<typeof vStanding>;
type Cell = Infer<typeof vCell>;

/** What may be sent to a person, topic by topic and channel by channel, and which rule says so. */
export async function standingOf(
  ctx: QueryCtx,
  org: Doc<"organisations">,
  contact: Doc<"contacts">,
  now: number,
): Promise<Standing> {
  const addresses: Standing["addresses"] = [];
  for (const channel of ADDRESS_CHANNELS) {
    const row = await primaryAddress(ctx, contact._id, channel);
    if (row !== null) addresses.push({ channel, address: row.address });
  }
  const topics = (await topicsOf(ctx, org._id)).filter((topic) => !topic.isArchived);
  return {
    addresses,
    rules: rulesOf(org, contact, addresses),
    topics: await Promise.all(
      topics.map(async (topic) => ({
        key: topic.key,
        name: topic.name,
        purpose: topic.purpose,
        cells: await cellsOf(ctx, { org, contact, topic, addresses, now }),
      })),
    ),
    ...(await wishes(ctx, contact, now)),
  };
}

type Asked = {
  org: Doc<"organisations">;
  contact: Doc<"contacts">;
  topic: Topic;
  addresses: Standing["addresses"];
  now: number;
};

async function cellsOf(ctx: QueryCtx, { org, contact, topic, addresses, now }: Asked): Promise<Cell[]> {
  const offered = addresses.filter(({ channel }) => topic.channels.includes(channel));
  return await Promise.all(
    offered.map(async ({ channel, address }) => {
      const { purpose, key } = topic;
      const scope = { orgId: org._id, channel, address, purpose, topic: key };
      const question = { org, contact, channel, purpose, topic: key, address, now };
      // Nothing is being sent: the channel is looked at as for a message that starts by itself.
      const unasked = { isAnswer: false, hasOpenWindow: false, lastSuchAt: async () => null };
      const facts = await consentFacts(ctx, { ...question, ...unasked });
      return cellOf(channel, consentVerdict(facts), await suppressionOf(ctx, scope));
    }),
  );
}

function cellOf(channel: AddressChannel, verdict: ConsentVerdict, suppression: Doc<"suppressions"> | null): Cell {
  const because = verdict.kind === "allowed" ? verdict.ground : verdict.block;
  return {
    channel,
    isAllowed: verdict.kind === "allowed" && suppression === null,
    because: suppression === null ? because : "suppressed",
    pack: verdict.pack,
    statementAt: verdict.statement?.at ?? null,
    suppression: suppression === null ? null : { id: suppression._id, reason: suppression.reason },
  };
}

// Wishes are recorded for every channel alike; the first one that has one speaks for all.
async function wishes(ctx: QueryCtx, contact: Doc<"contacts">, now: number) {
  for (const channel of ADDRESS_CHANNELS) {
    const found = await wishesOf(ctx, { contactId: contact._id, mergedIds: contact.mergedIds, channel });
    const pausedUntil = found.pausedUntil !== null && found.pausedUntil > now ? found.pausedUntil : null;
    if (pausedUntil !== null || found.everyDays !== null) return { pausedUntil, everyDays: found.everyDays };
  }
  return { pausedUntil: null, everyDays: null };
}

function rulesOf(
  org: Doc<"organisations">,
  contact: Doc<"contacts">,
  addresses: Standing["addresses"],
): Standing["rules"] {
  const asked = addresses.length === 0 ? [{ channel: "email" as const, address: null }] : addresses;
  const countries = asked.flatMap((of) => countriesOf({ ...of, contact, orgLocale: org.locale }));
  return [...new Set(countries)].map((country) => {
    const { id, law } = rulePackOf(country);
    return { country, pack: id, law };
  });
}
