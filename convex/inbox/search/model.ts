import type { Doc, Id } from "../../_generated/dataModel";
import type { QueryCtx } from "../../_generated/server";
import { addressesOf, findContacts } from "../../contacts/model";
import { threadsByKey } from "../model/keyRows";
import { presentThread, threadByNumber } from "../model/lists";
import { firstThreads, type Viewer } from "../model/ranges";
import { tagRange } from "../model/tagRanges";
import { hitOf, isEmpty, messageMeant, narrowing, resolve, threadOf, type Asked } from "./model/asked";
import { indexTerms, MAX_TERMS, parseSearch, type ParsedSearch } from "./parse";

// Full-text search with operators over conversations, their messages, contacts and names of files. An index finds
// candidates, the rest of what was asked is looked at row by row: a bounded number of each.

/** Hits of the index over message texts, best first; all terms have to be in them, so some are dropped. */
const MAX_TEXT_HITS = 120;
/** Of a single word nearly every hit is what was asked for: these mostly fill the list, and the others are not read. */
const FIRST_TEXT_HITS = 40;
const MAX_NAME_HITS = 40;
/** Conversations shown: the list of them alone has more (model/groups). */
const MAX_THREADS = 30;
const MAX_CONTACTS = 5;
/** Messages of each of them that are looked at. */
const MESSAGES_A_PERSON = 60;
/** Conversations looked at where nothing but conditions is asked, of the open and of the closed ones. */
const LOOKED_AT = 200;

/** A conversation that may be meant, with the message that speaks for it. */
type Candidate = { threadId: Id<"threads">; message: Doc<"messages"> | null };

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

async function contactsOf(ctx: QueryCtx, { orgId }: Viewer, { words, phrases }: ParsedSearch) {
  const text = [...phrases, ...words].join(" ");
  if (text === "") return [];
  const found = await findContacts(ctx, orgId, text, MAX_CONTACTS);
  return await Promise.all(
    found.map(async ({ _id: id, name }) => ({ id, name, address: (await addressesOf(ctx, id))[0]?.address ?? null })),
  );
}

type Found = { thread: Doc<"threads">; message: Doc<"messages"> | null };

async function findThreads(ctx: QueryCtx, asked: Asked): Promise<Found[]> {
  const found = new Map<Id<"threads">, Found>();
  const threads = new Map<Id<"threads">, Doc<"threads"> | null>();
  for await (const { threadId, message } of candidates(ctx, asked)) {
    let thread = threads.get(threadId);
    if (thread === undefined) {
      thread = await threadOf(ctx, asked, threadId);
      threads.set(threadId, thread);
    }
    if (thread === null || found.has(thread._id)) continue;
    const hit = await messageMeant(ctx, asked, thread, message);
    if (hit !== undefined) found.set(thread._id, { thread, message: hit });
    if (found.size >= MAX_THREADS) break;
  }
  return [...found.values()];
}

/** Best first. What nobody asks for any more is not read. */
async function* candidates(ctx: QueryCtx, asked: Asked): AsyncGenerator<Candidate> {
  const { orgId } = asked.viewer;
  if (asked.number !== null) {
    const thread = await threadByNumber(ctx, orgId, `#${asked.number}`);
    if (thread !== null) yield { threadId: thread._id, message: null };
    return;
  }
  const [key] = [...asked.orders, ...asked.references];
  if (key !== undefined) return yield* await byKey(ctx, orgId, key);
  const terms = indexTerms(asked, MAX_TERMS);
  const subject = asked.subject.join(" ");
  // The words may be an order number or what another system calls it.
  yield* await byKey(ctx, orgId, [...asked.phrases, ...asked.words].join(" "));
  if (terms.length > 0) {
    yield* await bySubject(ctx, orgId, terms.join(" "));
    yield* byWords(ctx, orgId, terms);
  } else if (subject !== "") yield* await bySubject(ctx, orgId, subject);
  else if (asked.senders !== null) yield* await bySenders(ctx, orgId, asked.senders);
  else yield* await latest(ctx, asked);
}

async function byKey(ctx: QueryCtx, orgId: Id<"organisations">, key: string): Promise<Candidate[]> {
  return (await threadsByKey(ctx, orgId, key)).map((threadId) => ({ threadId, message: null }));
}

async function* byWords(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  terms: readonly string[],
): AsyncGenerator<Candidate> {
  const words = terms.join(" ");
  const hits = (count: number) =>
    ctx.db
      .query("messages")
      .withSearchIndex("search", (q) => q.search("text", words).eq("orgId", orgId))
      .take(count);
  const inThread = (message: Doc<"messages">) => ({ threadId: message.threadId, message });
  const firstCount = terms.length === 1 ? FIRST_TEXT_HITS : MAX_TEXT_HITS;
  const first = await hits(firstCount);
  yield* first.map(inThread);
  if (first.length === firstCount && firstCount < MAX_TEXT_HITS) {
    yield* (await hits(MAX_TEXT_HITS)).slice(firstCount).map(inThread);
  }
  const names = await ctx.db
    .query("fileNames")
    .withSearchIndex("search", (q) => q.search("name", words).eq("orgId", orgId))
    .take(MAX_NAME_HITS);
  for (const { messageId } of names) {
    const message = await ctx.db.get("messages", messageId);
    if (message !== null) yield inThread(message);
  }
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
async function latest(ctx: QueryCtx, asked: Asked): Promise<Candidate[]> {
  const { viewer, states, tag } = asked;
  const views = states.includes("snoozed")
    ? (["snoozed"] as const)
    : states.includes("overdue")
      ? (["overdue"] as const)
      : (["all", "closed"] as const);
  const found: Candidate[] = [];
  const { tag: _, ...conditions } = narrowing(asked);
  for (const view of views) {
    const threadIds =
      tag === null
        ? (await firstThreads(ctx, viewer, { ...conditions, view }, LOOKED_AT)).map(({ _id }) => _id)
        : (await tagRange(ctx, viewer, { view, tag }).rows.take(LOOKED_AT)).map(({ threadId }) => threadId);
    found.push(...threadIds.map((threadId) => ({ threadId, message: null })));
  }
  return found;
}
