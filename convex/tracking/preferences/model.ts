import { literals } from "convex-helpers/validators";
import { v, type Infer } from "convex/values";
import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { record } from "../../audit/model";
import { consentVerdict, isAdvertising } from "../../contacts/consentRules";
import { listConsents, recordConsent, wishesOf, WISHES_UNDER } from "../../contacts/consents/model";
import { grantByPerson, withdrawByPerson, wordingFor } from "../../contacts/consents/model/byPerson";
import { consentFacts } from "../../contacts/consents/model/facts";
import { vConsentState, type ConsentState, type Proof } from "../../contacts/consents/schema";
import { goesOnAs, primaryAddress, requireContact } from "../../contacts/model";
import { pendingRequestOf } from "../../contacts/optIn/model";
import { ADDRESS_CHANNELS, vAddressChannel, type AddressChannel } from "../../contacts/schema";
import { isOwnWish } from "../../contacts/suppressions/reasons";
import { suppressionOf } from "../../contacts/suppressions/model";
import type { Topic } from "../../contacts/topics/defaults";
import { topicsOf } from "../../contacts/topics/model";
import { vLocalText } from "../../contacts/topics/schema";
import { addUnsubscribeToken, unsubscribeTarget } from "../../delivery/model/unsubscribeLinks";
import { vChannel, vPurpose, type Purpose } from "../../lib/closedSets";
import { randomToken, sha256Hex } from "../../lib/crypto";
import { requireEnv } from "../../lib/env";
import { appError, asAppError } from "../../lib/errors";
import { addCalendarDays, firstZone } from "../../lib/time";
import { brandOf, requireOrg } from "../../orgs/model";
import { vBrand } from "../../orgs/schema";
import { requestOptIn } from "../optIn/model";
import { masked, type Choices } from "./form";

/** Entries "on file" the page shows. */
const SHOWN_ENTRIES = 10;

/** What "unsubscribe from everything" ends: all but what belongs to a booking or an answer. */
const EVERYTHING: readonly Purpose[] = ["marketing", "review", "tracking"];

const SOURCE = "preference-page";

/** `fixed`: belongs to a booking; `waiting`: a confirmation is under way; `closed`: cannot be written to. */
const vCellState = literals("open", "fixed", "waiting", "closed");

export const vPreferencePage = v.object({
  locale: v.string(),
  zone: v.string(),
  brand: v.object({ name: v.string(), ...vBrand.fields }),
  address: v.string(),
  topics: v.array(
    v.object({
      key: v.string(),
      name: vLocalText,
      description: vLocalText,
      cells: v.array(v.object({ channel: vAddressChannel, address: v.string(), isOn: v.boolean(), state: vCellState })),
    }),
  ),
  pausedUntil: v.union(v.number(), v.null()),
  everyDays: v.union(v.number(), v.null()),
  entries: v.array(
    v.object({
      at: v.number(),
      state: vConsentState,
      channel: vChannel,
      purpose: vPurpose,
      topicName: v.union(vLocalText, v.null()),
      until: v.optional(v.number()),
      everyDays: v.optional(v.number()),
    }),
  ),
});
export type PreferencePage = Infer<typeof vPreferencePage>;
type Cell = PreferencePage["topics"][number]["cells"][number];

type Person = {
  token: Doc<"unsubscribeTokens">;
  org: Doc<"organisations">;
  contact: Doc<"contacts">;
  topics: Topic[];
  now: number;
};

/** What the preference page shows, or null for a token that is not ours. Changes nothing (design rule 7). */
export async function preferencePage(ctx: QueryCtx, token: string, now: number): Promise<PreferencePage | null> {
  const person = await personOf(ctx, token, now);
  if (person === null) return null;
  const { org, contact } = person;
  const topics = await Promise.all(
    person.topics.map(async (topic) => ({
      key: topic.key,
      name: topic.name,
      description: topic.description,
      cells: await cellsOf(ctx, person, topic),
    })),
  );
  return {
    locale: contact.locale ?? org.locale,
    zone: firstZone(contact.timezone, org.timezone),
    brand: brandOf(org),
    address: person.token.address,
    topics: topics.filter(({ cells }) => cells.length > 0),
    ...(await currentWishes(ctx, person)),
    entries: await entriesOf(ctx, person),
  };
}

/** What saving led to, so that the page can say so. */
export const vSaved = v.object({ changes: v.number(), confirmationsSent: v.number(), confirmationsLater: v.number() });
export type Saved = Infer<typeof vSaved>;

/**
 * Carries out what a person chose: each difference to what counts now is an entry of the ledger. A yes to advertising by
 * another address than the one the link went to must be confirmed from there. Null for a token that is not ours.
 */
export async function savePreferences(
  ctx: MutationCtx,
  token: string,
  choices: Choices,
  proof: Proof,
): Promise<Saved | null> {
  const person = await personOf(ctx, token, Date.now());
  if (person === null) return null;
  const saved: Saved = { changes: 0, confirmationsSent: 0, confirmationsLater: 0 };
  for (const { topic: key, channel, isWanted } of choices.cells) {
    const topic = person.topics.find((each) => each.key === key);
    const cell =
      topic === undefined ? undefined : (await cellsOf(ctx, person, topic)).find((c) => c.channel === channel);
    if (topic === undefined || cell?.state !== "open" || cell.isOn === isWanted) continue;
    await changeCell(ctx, person, { topic, channel, isWanted }, proof, saved);
  }
  saved.changes += await changeWishes(ctx, person, choices, proof);
  return saved;
}

/** Ends everything but what belongs to a booking, on every channel. Null for a token that is not ours. */
export async function unsubscribeFromAll(ctx: MutationCtx, token: string, proof: Proof): Promise<Saved | null> {
  const person = await personOf(ctx, token, Date.now());
  if (person === null) return null;
  const { contact, token: link } = person;
  for (const channel of ADDRESS_CHANNELS) {
    const address = (await primaryAddress(ctx, contact._id, channel))?.address ?? null;
    if (address === null && channel !== link.channel) continue;
    for (const purpose of EVERYTHING) {
      const of = { orgId: contact.orgId, contactId: contact._id, channel, address, purpose };
      const statement = { ...of, wording: "unsubscribe_all", source: SOURCE, proof: withToken(proof, person) } as const;
      await withdrawByPerson(ctx, statement, "unsubscribed");
    }
  }
  return { changes: EVERYTHING.length, confirmationsSent: 0, confirmationsLater: 0 };
}

/** A link to a person's preference page, for a member to hand over. The token is only in the answer. */
export async function createPreferenceLink(
  ctx: MutationCtx,
  member: Doc<"members">,
  contactId: Id<"contacts">,
): Promise<string> {
  const { orgId } = member;
  await requireContact(ctx, orgId, contactId);
  for (const channel of ADDRESS_CHANNELS) {
    const row = await primaryAddress(ctx, contactId, channel);
    if (row === null) continue;
    const token = randomToken();
    const target = { orgId, contactId, channel, purpose: WISHES_UNDER, address: row.address };
    await addUnsubscribeToken(ctx, { ...target, tokenHash: await sha256Hex(token) });
    const actor = { kind: "member", memberId: member._id } as const;
    const subject = { table: "contacts", id: contactId };
    await record(ctx, { orgId, actor, action: "consent.link_made", subject, details: { channel } });
    return `${requireEnv("CONVEX_SITE_URL")}/p/${token}`;
  }
  throw appError("invalid", "This contact has no address.", { field: "contactId" });
}

async function personOf(ctx: QueryCtx, token: string, now: number): Promise<Person | null> {
  const link = await unsubscribeTarget(ctx, await sha256Hex(token));
  if (link === null) return null;
  const contact = await goesOnAs(ctx, await requireContact(ctx, link.orgId, link.contactId));
  const topics = (await topicsOf(ctx, link.orgId)).filter((topic) => !topic.isArchived);
  return { token: link, org: await requireOrg(ctx, link.orgId), contact, topics, now };
}

async function cellsOf(ctx: QueryCtx, person: Person, topic: Topic): Promise<Cell[]> {
  const cells = await Promise.all(
    topic.channels.map(async (channel) => {
      const row = await primaryAddress(ctx, person.contact._id, channel);
      return row === null ? [] : [await cellOf(ctx, person, topic, { channel, address: row.address })];
    }),
  );
  return cells.flat();
}

async function cellOf(
  ctx: QueryCtx,
  { org, contact, now }: Person,
  topic: Topic,
  { channel, address }: { channel: AddressChannel; address: string },
): Promise<Cell> {
  const { purpose, key } = topic;
  const orgId = org._id;
  const question = { org, contact, channel, purpose, topic: key, address, now, isAnswer: false, hasOpenWindow: false };
  const facts = await consentFacts(ctx, { ...question, lastSuchAt: async () => null });
  // A pause leaves the boxes as they are, and a missing imprint is none of the person's business.
  const verdict = consentVerdict({ ...facts, pausedUntil: null, everyDays: null, hasPostalAddress: true });
  const suppression = await suppressionOf(ctx, { orgId, channel, address, purpose, topic: key });
  const isOn = verdict.kind === "allowed" && suppression === null;
  const shown = { channel, address: masked(channel, address), isOn };
  if (suppression !== null && !isOwnWish(suppression.reason)) return { ...shown, state: "closed" };
  if (purpose === "transactional" && channel === "email")
    return { ...shown, isOn: suppression === null, state: "fixed" };
  const pending = isOn ? null : await pendingRequestOf(ctx, { orgId, channel, address }, now);
  return { ...shown, state: pending?.topic === key ? "waiting" : "open" };
}

async function changeCell(
  ctx: MutationCtx,
  person: Person,
  { topic, channel, isWanted }: { topic: Topic; channel: AddressChannel; isWanted: boolean },
  proof: Proof,
  saved: Saved,
): Promise<void> {
  const { orgId, _id: contactId } = person.contact;
  const address = (await primaryAddress(ctx, contactId, channel))?.address ?? null;
  const { purpose, key } = topic;
  const of = { orgId, contactId, channel, address, purpose, topic: key, source: SOURCE };
  const shown = withToken(proof, person);
  if (!isWanted) {
    await withdrawByPerson(ctx, { ...of, wording: "preference_no", proof: shown });
  } else if (isAdvertising(purpose) && address !== person.token.address) {
    await askThere(ctx, person, { topic: key, channel }, shown, saved);
    return;
  } else {
    await grantByPerson(ctx, { ...of, wording: "preference_yes", proof: shown });
  }
  saved.changes += 1;
}

// Asked a moment ago: the person is told to wait; nothing else of the form is lost for it.
async function askThere(
  ctx: MutationCtx,
  { contact }: Person,
  wanted: { topic: string; channel: AddressChannel },
  proof: Proof,
  saved: Saved,
): Promise<void> {
  const { orgId, _id: contactId } = contact;
  const actor = { kind: "contact", contactId } as const;
  try {
    await requestOptIn(ctx, { orgId, contactId, ...wanted, source: SOURCE, actor, proof });
    saved.confirmationsSent += 1;
  } catch (thrown) {
    if (asAppError(thrown)?.code !== "rate_limited") throw thrown;
    saved.confirmationsLater += 1;
  }
}

async function changeWishes(ctx: MutationCtx, person: Person, choices: Choices, proof: Proof): Promise<number> {
  const { contact, now } = person;
  const before = await currentWishes(ctx, person);
  const entries: { state: ConsentState; until?: number; everyDays?: number }[] = [];
  const { pause, everyDays } = choices;
  if (pause.kind === "days") {
    const zone = firstZone(contact.timezone, person.org.timezone);
    entries.push({ state: "paused", until: addCalendarDays(now, zone, pause.days, "00:00") });
  }
  if (pause.kind === "end" && before.pausedUntil !== null) entries.push({ state: "resumed" });
  if (everyDays !== undefined && everyDays !== before.everyDays) {
    entries.push(everyDays === null ? { state: "unlimited" } : { state: "limited", everyDays });
  }
  const of = { orgId: contact.orgId, contactId: contact._id, purpose: WISHES_UNDER };
  const actor = { kind: "contact", contactId: contact._id } as const;
  for (const entry of entries) {
    for (const channel of ADDRESS_CHANNELS) {
      const wording = await wordingFor(ctx, { contact, key: "preference_pause", channel });
      const said = { ...of, channel, ...wording, source: SOURCE, actor, proof: withToken(proof, person) };
      await recordConsent(ctx, { ...said, ...entry });
    }
  }
  return entries.length;
}

// Recorded for every channel alike: one speaks for all.
async function currentWishes(ctx: QueryCtx, { contact, token, now }: Person) {
  const channel = ADDRESS_CHANNELS.find((each) => each === token.channel) ?? "email";
  const { pausedUntil, everyDays } = await wishesOf(ctx, {
    contactId: contact._id,
    mergedIds: contact.mergedIds,
    channel,
  });
  return { pausedUntil: pausedUntil !== null && pausedUntil > now ? pausedUntil : null, everyDays };
}

async function entriesOf(ctx: QueryCtx, { contact, topics }: Person): Promise<PreferencePage["entries"]> {
  const { page } = await listConsents(ctx, contact, { numItems: SHOWN_ENTRIES, cursor: null });
  return page.map(({ at, state, channel, purpose, topic, until, everyDays }) => ({
    at,
    state,
    channel,
    purpose,
    topicName: topics.find(({ key }) => key === topic)?.name ?? null,
    until,
    everyDays,
  }));
}

function withToken(proof: Proof, { token }: Person): Proof {
  return { ...proof, reference: token._id };
}
