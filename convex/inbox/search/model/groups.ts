import type { PaginationOptions, PaginationResult } from "convex/server";
import type { Doc, Id } from "../../../_generated/dataModel";
import type { QueryCtx } from "../../../_generated/server";
import { addressesOf, pageOfFoundContacts } from "../../../contacts/model";
import type { ThreadFilter } from "../../filters";
import { threadsByKey } from "../../model/keyRows";
import { presentThread, threadByNumber } from "../../model/lists";
import { senderName } from "../../model/senderName";
import { pageOfThreads, type Viewer } from "../../model/ranges";
import { indexTerms, MAX_TERMS, parseSearch, saysAll } from "../parse";
import { concernsMessages, hitOf, isEmpty, isMessageMeant, meetsConditions, messageMeant, narrowing, resolve, threadOf, type Asked } from "./asked"; // prettier-ignore
import { latestMessages, latestNames, messagesByWords, namesByWords, threadsBySubject } from "./sources";

// What a search finds as lists of one kind, each to its end: pages that may be short, or empty, and not be the last.

type Rows<Row> = Promise<PaginationResult<Row>>;
type Found = { thread: Doc<"threads">; message: Doc<"messages"> | null };

const NOTHING = { page: [], isDone: true, continueCursor: "" };

/** Conversations: those that say it in their subject first, then those with a message that does. One may come up again on a later page. */
export async function conversations(ctx: QueryCtx, viewer: Viewer, text: string, opts: PaginationOptions) {
  const parsed = parseSearch(text);
  if (isEmpty(parsed)) return NOTHING;
  const asked = await resolve(ctx, viewer, parsed);
  const { page, ...rest } = await inTurn(steps(asked), opts, async (step, at) => await pageOf(ctx, asked, step, at));
  const found = new Map<Id<"threads">, Found>();
  for (const each of page) if (!found.has(each.thread._id)) found.set(each.thread._id, each);
  const shown = [...found.values()].map(async ({ thread, message }) => ({
    ...(await presentThread(ctx, thread, viewer.member._id)),
    hit: message === null ? null : await hitOf(ctx, asked, message),
  }));
  return { ...rest, page: await Promise.all(shown) };
}

/** One of several lists that are read one after the other. */
type Step = "number" | "key" | "subject" | "texts" | "names" | "messages" | ThreadFilter["view"];

function steps(asked: Asked): Step[] {
  const { states } = asked;
  if (asked.number !== null) return ["number"];
  if (asked.orders.length + asked.references.length > 0) return ["key"];
  if (indexTerms(asked, MAX_TERMS).length > 0) return ["key", "subject", "texts", "names"];
  if (asked.subject.length > 0) return ["subject"];
  if (concernsMessages(asked)) return ["messages"];
  if (states.includes("snoozed")) return ["snoozed"];
  if (states.includes("overdue")) return ["overdue"];
  if (states.includes("closed")) return ["closed"];
  return states.includes("open") ? ["all", "snoozed"] : ["all", "snoozed", "closed"];
}

/** Reads lists one after the other; the cursor says which one, and where in it. */
async function inTurn<Row>(
  lists: readonly Step[],
  opts: PaginationOptions,
  read: (list: Step, opts: PaginationOptions) => Rows<Row>,
): Rows<Row> {
  const [at, cursor] = placeIn(opts.cursor);
  const list = lists[at];
  if (list === undefined) return NOTHING;
  const [endAt, end] = placeIn(opts.endCursor ?? null);
  const within = { ...opts, cursor, endCursor: endAt === at ? end : null };
  const result = await read(list, within);
  const { splitCursor, isDone } = result;
  return {
    ...result,
    isDone: isDone && at === lists.length - 1,
    continueCursor: isDone ? `${at + 1}:` : `${at}:${result.continueCursor}`,
    splitCursor: splitCursor === undefined || splitCursor === null ? splitCursor : `${at}:${splitCursor}`,
  };
}

/** Which list, and the cursor in it; null at its beginning. */
function placeIn(cursor: string | null): [number, string | null] {
  if (cursor === null) return [0, null];
  const colon = cursor.indexOf(":");
  return [Number(cursor.slice(0, colon)), cursor.slice(colon + 1) || null];
}

async function pageOf(ctx: QueryCtx, asked: Asked, step: Step, opts: PaginationOptions): Rows<Found> {
  const { viewer } = asked;
  const { orgId } = viewer;
  const terms = indexTerms(asked, MAX_TERMS).join(" ");
  switch (step) {
    case "number": {
      const thread = await threadByNumber(ctx, orgId, `#${asked.number}`);
      return await among(ctx, asked, {
        ...NOTHING,
        page: thread === null ? [] : [{ threadId: thread._id, message: null }],
      });
    }
    case "key": {
      const [named = [...asked.phrases, ...asked.words].join(" ")] = [...asked.orders, ...asked.references];
      const threadIds = await threadsByKey(ctx, orgId, named);
      return await among(ctx, asked, {
        ...NOTHING,
        page: threadIds.map((threadId) => ({ threadId, message: null })),
      });
    }
    case "subject": {
      const result = await threadsBySubject(ctx, orgId, terms === "" ? asked.subject.join(" ") : terms, opts);
      return await among(ctx, asked, {
        ...result,
        page: result.page.map(({ _id }) => ({ threadId: _id, message: null })),
      });
    }
    case "texts": {
      const result = await messagesByWords(ctx, orgId, terms, opts);
      return await among(ctx, asked, { ...result, page: result.page.map(ofMessage) });
    }
    case "names": {
      const result = await namesByWords(ctx, orgId, terms, opts);
      const messages = await Promise.all(result.page.map(({ messageId }) => ctx.db.get("messages", messageId)));
      return await among(ctx, asked, { ...result, page: messages.filter((row) => row !== null).map(ofMessage) });
    }
    case "messages": {
      const result = await latestMessages(ctx, asked, opts, async (row) => meetsConditions(asked, row));
      return await among(ctx, asked, { ...result, page: result.page.map(ofMessage) });
    }
    default: {
      const result = await pageOfThreads(ctx, viewer, { view: step, ...narrowing(asked), paginationOpts: opts });
      return await among(ctx, asked, {
        ...result,
        page: result.page.map(({ _id }) => ({ threadId: _id, message: null })),
      });
    }
  }
}

type Candidate = { threadId: Id<"threads">; message: Doc<"messages"> | null };

function ofMessage(message: Doc<"messages">): Candidate {
  return { threadId: message.threadId, message };
}

async function among(ctx: QueryCtx, asked: Asked, { page, ...rest }: PaginationResult<Candidate>): Rows<Found> {
  const threads = threadsOnce(ctx, asked);
  const found: Found[] = [];
  for (const { threadId, message } of page) {
    const thread = await threads(threadId);
    if (thread === null) continue;
    const hit = await messageMeant(ctx, asked, thread, message);
    if (hit !== undefined) found.push({ thread, message: hit });
  }
  return { ...rest, page: found };
}

/** `threadOf`, asked once for each conversation. */
function threadsOnce(ctx: QueryCtx, asked: Asked): (threadId: Id<"threads">) => Promise<Doc<"threads"> | null> {
  const known = new Map<Id<"threads">, Doc<"threads"> | null>();
  return async (threadId) => {
    let thread = known.get(threadId);
    if (thread === undefined) known.set(threadId, (thread = await threadOf(ctx, asked, threadId)));
    return thread;
  };
}

/** Messages, the best or the newest first. Conditions on conversations alone find all messages in them. */
export async function messages(ctx: QueryCtx, viewer: Viewer, text: string, opts: PaginationOptions) {
  const parsed = parseSearch(text);
  if (isEmpty(parsed)) return NOTHING;
  const asked = await resolve(ctx, viewer, parsed);
  const threads = threadsOnce(ctx, asked);
  const fits = async (row: Doc<"messages">) => {
    if (!meetsConditions(asked, row)) return false;
    const thread = await threads(row.threadId);
    return thread !== null && (await isMessageMeant(ctx, asked, thread, row));
  };
  const terms = indexTerms(asked, MAX_TERMS).join(" ");
  const result =
    terms === ""
      ? await latestMessages(ctx, asked, opts, fits)
      : await kept(await messagesByWords(ctx, viewer.orgId, terms, opts), fits);
  const page = result.page.map(async (message) => ({
    ...(await hitOf(ctx, asked, message)),
    senderName: await senderName(ctx, message),
    messageType: message.messageType,
    thread: headOf(await threads(message.threadId)),
  }));
  return { ...result, page: await Promise.all(page) };
}

/** Names of files, the best or of the newest messages first. */
export async function files(ctx: QueryCtx, viewer: Viewer, text: string, opts: PaginationOptions) {
  const parsed = parseSearch(text);
  if (isEmpty(parsed)) return NOTHING;
  const asked = await resolve(ctx, viewer, parsed);
  const threads = threadsOnce(ctx, asked);
  const fits = async ({ name, messageId }: Doc<"fileNames">) => {
    if (!saysAll(asked, name)) return false;
    const message = await ctx.db.get("messages", messageId);
    if (message === null || !meetsConditions(asked, message)) return false;
    return (await threads(message.threadId)) !== null;
  };
  const terms = indexTerms(asked, MAX_TERMS).join(" ");
  const result =
    terms === ""
      ? await latestNames(ctx, asked, opts, fits)
      : await kept(await namesByWords(ctx, viewer.orgId, terms, opts), fits);
  const page = result.page.map(async ({ _id, name, messageId }) => {
    const message = await ctx.db.get("messages", messageId);
    if (message === null) return [];
    const thread = headOf(await threads(message.threadId));
    return [{ id: _id, name, messageId, at: message.at, senderName: await senderName(ctx, message), thread }];
  });
  return { ...result, page: (await Promise.all(page)).flat() };
}

/** People whose name or addresses have all words of the search; none where it has no word. */
export async function contacts(ctx: QueryCtx, { orgId }: Viewer, text: string, opts: PaginationOptions) {
  const { words, phrases, from } = parseSearch(text);
  const wanted = [...phrases, ...words, ...from].join(" ");
  if (wanted === "") return NOTHING;
  const result = await pageOfFoundContacts(ctx, orgId, wanted, opts);
  const page = result.page.map(async ({ _id: id, name }) => {
    return { id, name, address: (await addressesOf(ctx, id))[0]?.address ?? null };
  });
  return { ...result, page: await Promise.all(page) };
}

async function kept<Row>(result: PaginationResult<Row>, fits: (row: Row) => Promise<boolean>): Rows<Row> {
  const page: Row[] = [];
  for (const row of result.page) if (await fits(row)) page.push(row);
  return { ...result, page };
}

/** What a result says of the conversation it is in. */
function headOf(thread: Doc<"threads"> | null) {
  if (thread === null) throw new Error("A result without its conversation");
  const { _id: id, number, subject, channel, isOpen } = thread;
  return { id, number, subject, channel, isOpen: isOpen === true };
}
