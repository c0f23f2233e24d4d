import type { Doc, Id } from "../../_generated/dataModel";
import type { QueryCtx } from "../../_generated/server";
import { addressesOf, findContacts } from "../../contacts/model";
import { requireFile } from "../../files/model";
import { mayOpenThread } from "../../lib/threadAccess";
import { instantOn } from "../../lib/time";
import { listMembers, requireOrg } from "../../orgs/model";
import { presentThread, threadByNumber } from "../model/lists";
import { firstThreads, type Viewer } from "../model/ranges";
import { isUnread } from "../model/readMarks";
import { liveThread } from "../model/rows";
import { indexTerms, parseSearch, saysAll, snippetOf, type ParsedSearch, type SearchState } from "./parse";

// Full-text search with operators over conversations, their messages, contacts and names of files. An index finds
// candidates, the rest of what was asked is looked at row by row: a bounded number of each.

/** What Convex' search takes of a query; more terms are looked for in the hits. */
const MAX_TERMS = 16;
/** Hits of the index over message texts, best first; all terms have to be in them, so some are dropped. */
const MAX_TEXT_HITS = 120;
const MAX_NAME_HITS = 40;
/** Conversations shown: who needs more narrows the search. */
const MAX_THREADS = 30;
const MAX_CONTACTS = 5;
/** People a name after `from:` may mean. */
const MAX_PEOPLE = 5;
/** Messages of each of them that are looked at. */
const MESSAGES_A_PERSON = 60;
/** Conversations looked at where nothing but conditions is asked, of the open and of the closed ones. */
const LOOKED_AT = 200;
/** The latest messages of a conversation that are looked at for conditions about messages. */
const MESSAGES_A_THREAD = 20;

/** A conversation that may be meant, with the message that speaks for it. */
type Candidate = { threadId: Id<"threads">; message: Doc<"messages"> | null };

type Asked = ParsedSearch & {
  viewer: Viewer;
  senders: ReadonlySet<string> | null;
  assigneeIds: readonly (Id<"members"> | null)[] | null;
  /** UTC ms. */
  beforeAt: number | null;
  afterAt: number | null;
};

/**
 * What a search finds: conversations, best first or the latest first where no word is asked, each with the message that
 * says it; contacts by the same words; and the parts of the search that mean nothing.
 */
export async function find(ctx: QueryCtx, viewer: Viewer, text: string) {
  const parsed = parseSearch(text);
  const asked = await resolve(ctx, viewer, parsed);
  const hits = isEmpty(parsed) ? [] : await findThreads(ctx, asked);
  const threads = await Promise.all(
    hits.map(async ({ thread, message }) => ({
      ...(await presentThread(ctx, thread, viewer.member._id)),
      hit: message === null ? null : await hitOf(ctx, parsed, message),
    })),
  );
  return { threads, contacts: await contactsOf(ctx, viewer, parsed), problems: parsed.problems };
}

async function hitOf(ctx: QueryCtx, parsed: ParsedSearch, message: Doc<"messages">) {
  const { _id, text, at } = message;
  return { id: _id, snippet: snippetOf(parsed, text), at, fileNames: await namesOf(ctx, message) };
}

async function namesOf(ctx: QueryCtx, { orgId, fileIds }: Doc<"messages">): Promise<string[]> {
  const files = await Promise.all(fileIds.map((fileId) => requireFile(ctx, orgId, fileId)));
  return files.map(({ name }) => name);
}

function isEmpty({ problems: _, ...parsed }: ParsedSearch): boolean {
  return Object.values(parsed).every((value) => (Array.isArray(value) ? value.length === 0 : !value));
}

async function contactsOf(ctx: QueryCtx, { orgId }: Viewer, { words, phrases }: ParsedSearch) {
  const text = [...phrases, ...words].join(" ");
  if (text === "") return [];
  const found = await findContacts(ctx, orgId, text, MAX_CONTACTS);
  return await Promise.all(
    found.map(async ({ _id: id, name }) => ({ id, name, address: (await addressesOf(ctx, id))[0]?.address ?? null })),
  );
}

async function resolve(ctx: QueryCtx, viewer: Viewer, parsed: ParsedSearch): Promise<Asked> {
  const { timezone } = await requireOrg(ctx, viewer.orgId);
  const dayStart = (day: string | null) => (day === null ? null : instantOn(day, 0, timezone, "later"));
  return {
    ...parsed,
    viewer,
    senders: parsed.from.length === 0 ? null : await peopleNamed(ctx, viewer, parsed.from),
    assigneeIds: parsed.assignees.length === 0 ? null : await assigneesNamed(ctx, viewer, parsed.assignees),
    beforeAt: dayStart(parsed.before),
    afterAt: dayStart(parsed.after),
  };
}

/** Ids of the contacts and members whom the words after `from:` may mean. */
async function peopleNamed(ctx: QueryCtx, { orgId, member }: Viewer, names: readonly string[]) {
  const members = await listMembers(ctx, orgId);
  const found = new Set<string>();
  for (const name of names) {
    if (name === "me") found.add(member._id);
    for (const { _id } of await findContacts(ctx, orgId, name, MAX_PEOPLE)) found.add(_id);
    for (const { _id, displayName } of members) if (displayName.toLowerCase().includes(name)) found.add(_id);
  }
  return found;
}

async function assigneesNamed(ctx: QueryCtx, { orgId, member }: Viewer, names: readonly string[]) {
  const members = await listMembers(ctx, orgId);
  return names.flatMap((name) => {
    if (name === "nobody") return [null];
    if (name === "me") return [member._id];
    return members.filter(({ displayName }) => displayName.toLowerCase().includes(name)).map(({ _id }) => _id);
  });
}

type Found = { thread: Doc<"threads">; message: Doc<"messages"> | null };

async function findThreads(ctx: QueryCtx, asked: Asked): Promise<Found[]> {
  const found = new Map<Id<"threads">, Found>();
  const threads = new Map<Id<"threads">, Doc<"threads"> | null>();
  for (const { threadId, message } of await candidates(ctx, asked)) {
    if (found.size >= MAX_THREADS) break;
    let thread = threads.get(threadId);
    if (thread === undefined) {
      thread = await threadOf(ctx, asked, threadId);
      threads.set(threadId, thread);
    }
    if (thread === null || found.has(thread._id)) continue;
    const hit = await messageMeant(ctx, asked, thread, message);
    if (hit !== undefined) found.set(thread._id, { thread, message: hit });
  }
  return [...found.values()];
}

async function candidates(ctx: QueryCtx, asked: Asked): Promise<Candidate[]> {
  const { orgId } = asked.viewer;
  if (asked.number !== null) {
    const thread = await threadByNumber(ctx, orgId, `#${asked.number}`);
    return thread === null ? [] : [{ threadId: thread._id, message: null }];
  }
  const terms = indexTerms(asked, MAX_TERMS).join(" ");
  const subject = asked.subject.join(" ");
  if (terms !== "") return [...(await bySubject(ctx, orgId, terms)), ...(await byWords(ctx, orgId, terms))];
  if (subject !== "") return await bySubject(ctx, orgId, subject);
  if (asked.senders !== null) return await bySenders(ctx, orgId, asked.senders);
  return await latest(ctx, asked);
}

async function byWords(ctx: QueryCtx, orgId: Id<"organisations">, terms: string): Promise<Candidate[]> {
  const texts = await ctx.db
    .query("messages")
    .withSearchIndex("search", (q) => q.search("text", terms).eq("orgId", orgId))
    .take(MAX_TEXT_HITS);
  const names = await ctx.db
    .query("fileNames")
    .withSearchIndex("search", (q) => q.search("name", terms).eq("orgId", orgId))
    .take(MAX_NAME_HITS);
  const named = await Promise.all(names.map(({ messageId }) => ctx.db.get("messages", messageId)));
  const messages = [...texts, ...named.flatMap((message) => message ?? [])];
  return messages.map((message) => ({ threadId: message.threadId, message }));
}

async function bySubject(ctx: QueryCtx, orgId: Id<"organisations">, terms: string): Promise<Candidate[]> {
  const threads = await ctx.db
    .query("threads")
    .withSearchIndex("search_subject", (q) => q.search("subject", terms).eq("orgId", orgId))
    .take(MAX_NAME_HITS);
  return threads.map(({ _id }) => ({ threadId: _id, message: null }));
}

async function bySenders(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  senders: ReadonlySet<string>,
): Promise<Candidate[]> {
  const found: Doc<"messages">[] = [];
  for (const sender of senders) {
    const contactId = ctx.db.normalizeId("contacts", sender);
    if (contactId === null) continue;
    const messages = await ctx.db
      .query("messages")
      .withIndex("by_sender", (q) => q.eq("sender.contactId", contactId))
      .order("desc")
      .take(MESSAGES_A_PERSON);
    found.push(...messages.filter((message) => message.orgId === orgId));
  }
  return found.sort((a, b) => b.at - a.at).map((message) => ({ threadId: message.threadId, message }));
}

// Nothing but conditions on the conversation: the latest open and closed ones.
async function latest(ctx: QueryCtx, { viewer, states }: Asked): Promise<Candidate[]> {
  const views = states.includes("snoozed")
    ? (["snoozed"] as const)
    : states.includes("overdue")
      ? (["overdue"] as const)
      : (["all", "closed"] as const);
  const found: Candidate[] = [];
  for (const view of views) {
    const threads = await firstThreads(ctx, viewer, view, LOOKED_AT);
    found.push(...threads.map(({ _id }) => ({ threadId: _id, message: null })));
  }
  return found;
}

/** The conversation of a candidate, if it is what the search says of conversations. */
async function threadOf(ctx: QueryCtx, asked: Asked, threadId: Id<"threads">): Promise<Doc<"threads"> | null> {
  const row = await ctx.db.get("threads", threadId);
  if (row === null || row.orgId !== asked.viewer.orgId) return null;
  const thread = await liveThread(ctx, row);
  const isMeant =
    (asked.number === null || thread.number === asked.number) &&
    (asked.statuses.length === 0 || asked.statuses.includes(thread.status)) &&
    (asked.channels.length === 0 || asked.channels.includes(thread.channel)) &&
    asked.tags.every((tag) => thread.tags.some((known) => known.toLowerCase() === tag.toLowerCase())) &&
    (asked.assigneeIds === null || asked.assigneeIds.includes(thread.assigneeId ?? null)) &&
    asked.subject.every((part) => thread.subject.toLowerCase().includes(part));
  if (!isMeant || !(await mayOpenThread(ctx, asked.viewer.member, thread))) return null;
  for (const state of asked.states) if (!(await isInState(ctx, asked.viewer, thread, state))) return null;
  return thread;
}

async function isInState(ctx: QueryCtx, { member }: Viewer, thread: Doc<"threads">, state: SearchState) {
  switch (state) {
    case "open":
      return thread.isOpen;
    case "closed":
      return !thread.isOpen;
    case "overdue":
      return thread.isOverdue === true;
    case "snoozed":
      return thread.snoozedUntil !== undefined;
    case "unread":
      return await isUnread(ctx, thread, member._id);
  }
}

/**
 * The message for which a conversation is found; null where its subject or state alone is; undefined when none is what
 * the search says of messages.
 */
async function messageMeant(
  ctx: QueryCtx,
  asked: Asked,
  thread: Doc<"threads">,
  message: Doc<"messages"> | null,
): Promise<Doc<"messages"> | null | undefined> {
  if (message !== null) return (await isMessageMeant(ctx, asked, thread, message)) ? message : undefined;
  if (!concernsMessages(asked)) return saysAll(asked, thread.subject) ? null : undefined;
  const messages = ctx.db.query("messages").withIndex("by_thread", (q) => q.eq("threadId", thread._id));
  const newest = await messages.order("desc").take(MESSAGES_A_THREAD);
  for (const each of newest) if (await isMessageMeant(ctx, asked, thread, each)) return each;
  return undefined;
}

function concernsMessages({ senders, to, hasAttachment, beforeAt, afterAt }: Asked): boolean {
  return senders !== null || to.length > 0 || hasAttachment || beforeAt !== null || afterAt !== null;
}

async function isMessageMeant(
  ctx: QueryCtx,
  asked: Asked,
  thread: Doc<"threads">,
  message: Doc<"messages">,
): Promise<boolean> {
  const { recipients, at, text, fileIds, subject = "" } = message;
  const isMeant =
    isFrom(asked, message) &&
    asked.to.every((part) => recipients.some((recipient) => recipient.address.toLowerCase().includes(part))) &&
    (!asked.hasAttachment || fileIds.length > 0) &&
    (asked.beforeAt === null || at < asked.beforeAt) &&
    (asked.afterAt === null || at >= asked.afterAt);
  return isMeant && saysAll(asked, [thread.subject, subject, text, ...(await namesOf(ctx, message))].join("\n"));
}

function isFrom({ senders, from }: Asked, { sender }: Doc<"messages">): boolean {
  if (senders === null) return true;
  switch (sender.kind) {
    case "member":
      return senders.has(sender.memberId);
    case "contact":
      return senders.has(sender.contactId) || from.some((part) => sender.address.toLowerCase().includes(part));
    case "system":
      return false;
  }
}
