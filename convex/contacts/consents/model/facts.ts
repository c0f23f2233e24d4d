import type { Doc } from "../../../_generated/dataModel";
import type { QueryCtx } from "../../../_generated/server";
import type { Channel, Purpose } from "../../../lib/closedSets";
import { countriesOf } from "../../addresses";
import { isAdvertising, type ConsentFacts } from "../../consentRules";
import { statementOf, wishesOf } from "../model";

/** Kinds of messages whose consent shows that somebody agreed to a channel at all. */
const OPT_IN_PURPOSES: readonly Purpose[] = ["transactional", "service", "marketing"];

/** What is asked about: one person, one channel, one kind of message. */
export type ConsentQuestion = {
  org: Doc<"organisations">;
  contact: Doc<"contacts">;
  channel: Channel;
  purpose: Purpose;
  topic?: string;
  /** Normalised; its number says where the person may be. */
  address: string | null;
  isAnswer: boolean;
  /** The person wrote by this channel within the last 24 hours. */
  hasOpenWindow: boolean;
  /** When the last advertising went to the person, UTC ms; asked only where they want it seldom. */
  lastSuchAt: () => Promise<number | null>;
  now: number;
  /** Look at the ledger as it was known then, UTC ms. */
  asOf?: number;
};

/** Gathers what `consentVerdict` decides by. */
export async function consentFacts(ctx: QueryCtx, question: ConsentQuestion): Promise<ConsentFacts> {
  const { org, contact, channel, purpose, topic, address, asOf } = question;
  const key = { contactId: contact._id, mergedIds: contact.mergedIds, channel, purpose, topic };
  const statement = await statementOf(ctx, key, asOf);
  const wishes = isAdvertising(purpose) ? await wishesOf(ctx, key, asOf) : { pausedUntil: null, everyDays: null };
  const asksForOptIn = channel === "whatsapp" && statement === null && !isAdvertising(purpose);
  return {
    now: question.now,
    channel,
    purpose,
    countries: countriesOf({ channel, address, contact, orgLocale: org.locale }),
    statement,
    hasChannelOptIn: asksForOptIn && (await hasOptIn(ctx, question)),
    hasOpenWindow: question.hasOpenWindow,
    isAnswer: question.isAnswer,
    hasPostalAddress: hasPostalAddress(org),
    ...wishes,
    lastSuchAt: wishes.everyDays === null ? null : await question.lastSuchAt(),
  };
}

async function hasOptIn(ctx: QueryCtx, { contact, channel, asOf }: ConsentQuestion): Promise<boolean> {
  for (const purpose of OPT_IN_PURPOSES) {
    const key = { contactId: contact._id, mergedIds: contact.mergedIds, channel, purpose };
    const statement = await statementOf(ctx, key, asOf);
    if (statement?.state === "granted") return true;
  }
  return false;
}

// A line with a post code: what an address cannot do without.
function hasPostalAddress(org: Doc<"organisations">): boolean {
  return (org.brand?.imprint ?? []).some((line) => /\b\d{4,5}\b/.test(line));
}
