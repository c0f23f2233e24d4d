import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { record } from "../../audit/model";
import { channelFor } from "../../connections/model";
import { countriesOf } from "../../contacts/addresses";
import { OPT_OUT_CONFIRMATION } from "../../contacts/consentRules";
import { newestStatementOf, recordConsent, statementBefore } from "../../contacts/consents/model";
import { withdrawByPerson, wordingFor } from "../../contacts/consents/model/byPerson";
import { findByAddress, requireContact } from "../../contacts/model";
import { confirmRequest, pendingRequestOf, requireRequest } from "../../contacts/optIn/model";
import { liftSuppression, suppress, suppressionsOf } from "../../contacts/suppressions/model";
import { enqueue } from "../../delivery/model";
import { hasBookingAhead } from "../../delivery/model/planned";
import type { Purpose } from "../../lib/closedSets";
import { requireOrg } from "../../orgs/model";
import { decideOptOut, readOptWord, type OptWord } from "../optOut";
import { ownStopWords } from "./ownStopWords";
import { helpAnswer, optAnswer, teamLine, type TeamLine } from "../optOutTexts";

type TextChannel = "sms" | "whatsapp";

/** STOP ends every text; on WhatsApp and by e-mail it ends advertising (providers.md 21.2). */
export const ENDS: Record<TextChannel | "email", readonly Purpose[]> = {
  sms: ["marketing", "review", "service", "transactional"],
  whatsapp: ["marketing", "review"],
  email: ["marketing", "review"],
};

/** What START brings back even where no yes stood on record before: these never needed one. */
const NEED_NO_YES: readonly Purpose[] = ["service", "transactional"];

/** HELP is answered once a day: two machines must not help each other for ever (product.md 2.3 no. 31). */
const HELP_EVERY_MS = 24 * 60 * 60 * 1000;

/** How wordings of a stop word begin in the ledger ("opt_out_word/de/1"; "opt-out-word" on the oldest rows). */
const STOP_WORDING = /^opt[_-]out[_-]word\b/;

/** What a text message asks for, decided before it is stored. */
export type OptIntent =
  | { kind: "none" }
  | { kind: "stop"; asksTeam: boolean }
  | { kind: "start" }
  | { kind: "confirm"; requestId: Id<"optInRequests"> }
  | { kind: "help" }
  | { kind: "ask"; line: "question" | "revocation" };

/** A text message and whom it came from. Addresses are normalised. */
export type OptMessage = {
  orgId: Id<"organisations">;
  channel: TextChannel;
  address: string;
  text: string;
  /** The provider knew the word and answers for us (providers.md 8.6). */
  handledByProvider?: "stop" | "start" | "help";
};

/** Reads what a text message asks for, with what is known of its sender. */
export async function readOptIntent(ctx: QueryCtx, message: OptMessage, now: number): Promise<OptIntent> {
  const { handledByProvider } = message;
  if (handledByProvider === "stop") return { kind: "stop", asksTeam: false };
  if (handledByProvider !== undefined) return { kind: handledByProvider };
  const word = readOptWord(message.text, await ownStopWords(ctx, message.orgId));
  switch (word) {
    case null:
      return { kind: "none" };
    case "help":
      return { kind: "help" };
    case "start":
      return (await stopsInForce(ctx, message)).length > 0 ? { kind: "start" } : { kind: "none" };
    case "yes":
      return await readYes(ctx, message, now);
    case "stop":
    case "stop_or_cancel":
    case "question":
    case "revocation":
      return await readNo(ctx, message, word, now);
  }
}

/** The loop guard an opt-out message counts as, or null when a person has to read it. */
export function automaticBy(intent: OptIntent): string | null {
  switch (intent.kind) {
    case "stop":
      return intent.asksTeam ? null : "opt_out_word";
    case "start":
    case "confirm":
      return "opt_in_word";
    case "none":
    case "help":
    case "ask":
      return null;
  }
}

/** Where a message was stored, for the proof and for the line to the team. */
export type StoredText = { threadId: Id<"threads">; messageId: Id<"messages">; contactId: Id<"contacts"> | null };

/** Does what the message asks for, once it is stored. */
export async function followOptIntent(
  ctx: MutationCtx,
  message: OptMessage,
  intent: OptIntent,
  stored: StoredText,
): Promise<void> {
  switch (intent.kind) {
    case "none":
      return;
    case "stop":
      await endMessages(ctx, message, stored);
      if (intent.asksTeam) await tellTeam(ctx, message, stored, "question");
      return;
    case "start":
      await resumeMessages(ctx, message, stored);
      return;
    case "confirm":
      await confirmByAnswer(ctx, message, stored, intent.requestId);
      return;
    case "help":
      await answerHelp(ctx, message, stored);
      return;
    case "ask":
      if (intent.line === "revocation") await suppressForNow(ctx, message, stored);
      await tellTeam(ctx, message, stored, intent.line);
      return;
  }
}

async function readYes(ctx: QueryCtx, message: OptMessage, now: number): Promise<OptIntent> {
  const { orgId, address } = message;
  // What was asked for WhatsApp was asked by text (tracking/optIn).
  const channels = message.channel === "sms" ? (["sms", "whatsapp"] as const) : (["whatsapp"] as const);
  for (const channel of channels) {
    const request = await pendingRequestOf(ctx, { orgId, channel, address }, now);
    if (request !== null) return { kind: "confirm", requestId: request._id };
  }
  // US carriers take YES for START, on SMS only.
  const isStart = message.channel === "sms" && readsYes(message.text) && (await stopsInForce(ctx, message)).length > 0;
  return isStart ? { kind: "start" } : { kind: "none" };
}

function readsYes(text: string): boolean {
  return /^\W*yes\W*$/i.test(text);
}

async function readNo(ctx: QueryCtx, message: OptMessage, word: OptWord, now: number): Promise<OptIntent> {
  const { orgId, channel, address } = message;
  const contact = await findByAddress(ctx, { orgId, channel, address });
  const org = await requireOrg(ctx, orgId);
  const countries = countriesOf({ channel, address, contact: contact ?? { attributes: {} }, orgLocale: org.locale });
  const decision = decideOptOut(word, {
    hasBooking: contact !== null && (await hasBookingAhead(ctx, contact._id, now)),
    isUs: countries.includes("US"),
  });
  if (decision.ends) return { kind: "stop", asksTeam: decision.asksTeam };
  return { kind: "ask", line: word === "revocation" ? "revocation" : "question" };
}

async function stopsInForce(ctx: QueryCtx, { orgId, channel, address }: OptMessage): Promise<Doc<"suppressions">[]> {
  const rows = await suppressionsOf(ctx, { orgId, channel, address });
  return rows.filter(({ reason }) => reason === "opt_out_word" || reason === "revocation");
}

async function endMessages(ctx: MutationCtx, message: OptMessage, stored: StoredText): Promise<void> {
  const { orgId, channel, address } = message;
  const source = `message:${stored.messageId}`;
  for (const purpose of ENDS[channel]) await withdrawAll(ctx, { ...message, purpose, source }, stored);
  const scopes = channel === "sms" ? [undefined] : ENDS[channel];
  let isNew = false;
  for (const purpose of scopes) {
    const added = await suppress(ctx, { orgId, channel, address, purpose, reason: "opt_out_word", source });
    isNew ||= added.isNew;
  }
  await noteOptOut(ctx, message, stored);
  if (!isNew || stored.contactId === null) return;
  await tellTeam(ctx, message, stored, "stopped");
  if (message.handledByProvider === undefined) await answerOnce(ctx, message, stored, "stopped");
}

type Ending = { orgId: Id<"organisations">; channel: TextChannel | "email"; address: string; text: string };

/** A no to everything of a purpose in the ledger, with the words the person wrote. */
export async function withdrawAll(
  ctx: MutationCtx,
  { purpose, source, text, ...of }: Ending & { purpose: Purpose; source: string },
  { contactId, messageId }: StoredText,
): Promise<void> {
  if (contactId === null) return;
  const { orgId, channel, address } = of;
  const proof = { reference: messageId };
  const statement = { orgId, channel, address, contactId, purpose, source, proof, words: text };
  await withdrawByPerson(ctx, { ...statement, wording: "opt_out_word" });
}

/**
 * Brings back what STOP ended and nothing else: its suppressions are lifted, and each kind of message gets the yes again
 * that stood before it. Advertising nobody had agreed to stays without a yes.
 */
async function resumeMessages(ctx: MutationCtx, message: OptMessage, stored: StoredText): Promise<void> {
  const { contactId, messageId } = stored;
  if (contactId === null) return;
  const actor = { kind: "contact", contactId } as const;
  const source = `message:${messageId}`;
  for (const row of await stopsInForce(ctx, message)) await liftSuppression(ctx, row, { actor, reason: source });
  const { orgId, channel } = message;
  const contact = await requireContact(ctx, orgId, contactId);
  for (const purpose of ENDS[channel]) {
    const key = { contactId, mergedIds: contact.mergedIds, channel, purpose };
    const newest = await newestStatementOf(ctx, key);
    if (newest === null || !STOP_WORDING.test(newest.wordingVersion)) continue;
    const before = await statementBefore(ctx, key, newest.at);
    const isWanted = before === null ? NEED_NO_YES.includes(purpose) : before.state === "granted";
    if (!isWanted) continue;
    const wording = await wordingFor(ctx, { contact, key: "opt_in_word", channel, words: message.text });
    const proof = { reference: messageId };
    const of = { orgId, contactId, channel, purpose, ...wording, source, proof, actor };
    await recordConsent(ctx, { ...of, state: "granted", basis: before?.basis ?? "consent" });
  }
  await tellTeam(ctx, message, stored, "started");
  if (message.handledByProvider === undefined) await answerOnce(ctx, message, stored, "started");
}

async function confirmByAnswer(
  ctx: MutationCtx,
  message: OptMessage,
  stored: StoredText,
  requestId: Id<"optInRequests">,
): Promise<void> {
  const request = await requireRequest(ctx, message.orgId, requestId);
  await confirmRequest(ctx, request, { evidence: message.text.trim(), url: `message:${stored.messageId}` });
  await tellTeam(ctx, message, stored, "confirmed");
}

/** What somebody asked in their own words holds until a member has looked: it may mean something else. */
async function suppressForNow(ctx: MutationCtx, message: OptMessage, stored: StoredText): Promise<void> {
  const { orgId, channel, address } = message;
  const source = `message:${stored.messageId}`;
  for (const purpose of ENDS.whatsapp) {
    await suppress(ctx, { orgId, channel, address, purpose, reason: "revocation", source });
  }
}

async function answerHelp(ctx: MutationCtx, message: OptMessage, stored: StoredText): Promise<void> {
  if (message.handledByProvider !== undefined) return;
  const { orgId } = message;
  const org = await requireOrg(ctx, orgId);
  const mailbox = await channelFor(ctx, orgId, "email_outlook");
  const where = mailbox?.address ?? org.brand?.websiteUrl ?? org.brand?.imprint.at(-1) ?? org.name;
  const day = Math.floor(Date.now() / HELP_EVERY_MS);
  const key = `opt-help:${message.channel}:${message.address}:${day}`;
  const text = helpAnswer(await localeOf(ctx, org, stored), org.name, where);
  await answer(ctx, message, stored, { name: "help", key, text });
}

async function answerOnce(
  ctx: MutationCtx,
  message: OptMessage,
  stored: StoredText,
  kind: "stopped" | "started",
): Promise<void> {
  const org = await requireOrg(ctx, message.orgId);
  const text = optAnswer(await localeOf(ctx, org, stored), kind, message.channel, org.name);
  const name = kind === "stopped" ? OPT_OUT_CONFIRMATION : "opt_in_confirmation";
  await answer(ctx, message, stored, { name, key: `opt-word:${stored.messageId}`, text });
}

async function answer(
  ctx: MutationCtx,
  { orgId, channel, address }: OptMessage,
  { contactId }: StoredText,
  { name, key, text }: { name: string; key: string; text: string },
): Promise<void> {
  if (contactId === null) return;
  await enqueue(ctx, {
    orgId,
    // It answers a person who just wrote: no quiet hours.
    lane: "critical",
    channel,
    to: { [channel]: address },
    contactId,
    purpose: "transactional",
    source: { kind: "system", name },
    content: { kind: "finished", text, fileIds: [] },
    dueAt: Date.now(),
    idempotencyKey: key,
  });
}

async function localeOf(ctx: QueryCtx, org: Doc<"organisations">, { contactId }: StoredText): Promise<string> {
  const contact = contactId === null ? null : await requireContact(ctx, org._id, contactId);
  return contact?.locale ?? org.locale;
}

/** A line in the conversation that the team reads; the customer does not. */
export async function tellTeam(
  ctx: MutationCtx,
  { orgId }: { orgId: Id<"organisations"> },
  { threadId }: StoredText,
  line: TeamLine,
): Promise<void> {
  const org = await requireOrg(ctx, orgId);
  await ctx.db.insert("messages", {
    orgId,
    threadId,
    messageType: "system_notification",
    sender: { kind: "system", name: "consent" },
    recipients: [],
    text: teamLine(org.locale, line),
    fileIds: [],
    isAutomatic: true,
    at: Date.now(),
  });
}

async function noteOptOut(ctx: MutationCtx, { orgId, channel }: OptMessage, { contactId, threadId }: StoredText) {
  await record(ctx, {
    orgId,
    actor: contactId === null ? { kind: "system", name: "inbox" } : { kind: "contact", contactId },
    action: "contact.opted_out",
    subject: { table: "threads", id: threadId },
    details: { channel },
  });
}
