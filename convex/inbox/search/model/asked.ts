import type { Doc, Id } from "../../../_generated/dataModel";
import type { QueryCtx } from "../../../_generated/server";
import { listChannels } from "../../../connections/model";
import { listAccounts } from "../../../contacts/accounts/model";
import { findContacts } from "../../../contacts/model";
import { requireFile } from "../../../files/model";
import { keyOf } from "../../../lib/orderNumbers";
import { mayOpenThread } from "../../../lib/threadAccess";
import { instantOn } from "../../../lib/time";
import { listMembers, requireOrg } from "../../../orgs/model";
import { listTeams } from "../../../orgs/teams/model";
import type { Narrowing } from "../../filters";
import { isAboutAccount } from "../../ofAccount/model";
import type { Viewer } from "../../model/ranges";
import { isUnread } from "../../model/readMarks";
import { liveThread } from "../../model/rows";
import { knownTag } from "../../model/tagRanges";
import { isWalked } from "../../walks/model/rows";
import { ordersOf } from "../../references/orders";
import { saysAll, snippetOf, type ParsedSearch, type SearchState } from "../parse";

// What a search asks for, and whether a conversation or a message is it: looked at row by row, whatever found them.

/** People a name after `from:` may mean. */
const MAX_PEOPLE = 5;
/** Organisations a name after `account:` may mean. */
const MAX_ACCOUNTS = 5;

/** The latest messages of a conversation that are looked at for conditions about messages. */
const MESSAGES_A_THREAD = 20;

/** A search with the names in it made ids, and days instants. */
export type Asked = ParsedSearch & {
  viewer: Viewer;
  senders: ReadonlySet<string> | null;
  assigneeIds: readonly (Id<"members"> | null)[] | null;
  teamIds: readonly (Id<"teams"> | null)[] | null;
  channelIds: readonly Id<"channels">[] | null;
  accountIds: readonly Id<"accounts">[] | null;
  /** The first tag as the organisation writes it, for the ranges by tag; null where they cannot be asked. */
  tag: string | null;
  /** UTC ms. */
  beforeAt: number | null;
  afterAt: number | null;
};

/** A search as `viewer` means it. */
export async function resolve(ctx: QueryCtx, viewer: Viewer, parsed: ParsedSearch): Promise<Asked> {
  const { timezone } = await requireOrg(ctx, viewer.orgId);
  const dayStart = (day: string | null) => (day === null ? null : instantOn(day, 0, timezone, "later"));
  return {
    ...parsed,
    viewer,
    senders: parsed.from.length === 0 ? null : await peopleNamed(ctx, viewer, parsed.from),
    assigneeIds: parsed.assignees.length === 0 ? null : await assigneesNamed(ctx, viewer, parsed.assignees),
    teamIds: parsed.teams.length === 0 ? null : await teamsNamed(ctx, viewer, parsed.teams),
    channelIds: parsed.mailboxes.length === 0 ? null : await mailboxesNamed(ctx, viewer, parsed.mailboxes),
    accountIds: parsed.accounts.length === 0 ? null : await accountsNamed(ctx, viewer, parsed.accounts),
    tag: await firstTag(ctx, viewer, parsed.tags),
    beforeAt: dayStart(parsed.before),
    afterAt: dayStart(parsed.after),
  };
}

async function firstTag(ctx: QueryCtx, { orgId }: Viewer, [typed]: readonly string[]): Promise<string | null> {
  if (typed === undefined || !(await isWalked(ctx, "tags"))) return null;
  return await knownTag(ctx, orgId, typed);
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

async function teamsNamed(ctx: QueryCtx, { orgId }: Viewer, names: readonly string[]) {
  const teams = await listTeams(ctx, orgId);
  return names.flatMap((name) => {
    if (name === "none") return [null];
    return teams.filter((team) => team.name.toLowerCase().includes(name)).map(({ _id }) => _id);
  });
}

/** True when nothing is asked for, or nothing that means something. */
export function isEmpty({ problems: _, ...parsed }: ParsedSearch): boolean {
  return Object.values(parsed).every((value) => (Array.isArray(value) ? value.length === 0 : !value));
}

function hasKeys(thread: Doc<"threads">, { orders, references }: Asked): boolean {
  const ofOrders = ordersOf(thread).map(keyOf);
  const ofReferences = Object.values(thread.externalReferences).map(keyOf);
  return orders.every((key) => ofOrders.includes(key)) && references.every((key) => ofReferences.includes(key));
}

async function mailboxesNamed(ctx: QueryCtx, { orgId }: Viewer, names: readonly string[]) {
  const channels = await listChannels(ctx, orgId);
  const isNamed = ({ channelName, address = "" }: Doc<"channels">, name: string) =>
    channelName.toLowerCase().includes(name) || address.toLowerCase().includes(name);
  return names.flatMap((name) => channels.filter((channel) => isNamed(channel, name)).map(({ _id }) => _id));
}

async function accountsNamed(ctx: QueryCtx, { orgId }: Viewer, names: readonly string[]) {
  const found: Id<"accounts">[] = [];
  for (const text of names) {
    const { page } = await listAccounts(ctx, orgId, { text, paginationOpts: { numItems: MAX_ACCOUNTS, cursor: null } });
    found.push(...page.filter(({ name }) => name.toLowerCase().includes(text)).map(({ _id }) => _id));
  }
  return found;
}

async function isAboutOneOf(ctx: QueryCtx, thread: Doc<"threads">, accountIds: readonly Id<"accounts">[]) {
  for (const accountId of accountIds) if (await isAboutAccount(ctx, thread, accountId)) return true;
  return false;
}

/** What an index answers of conditions on conversations; the rest is looked at row by row. */
export function narrowing(asked: Asked): Narrowing {
  const { channels, statuses, priorities, threadTypes, teamIds, channelIds, accountIds, tag } = asked;
  const only = <T>(values: readonly T[] | null) => (values?.length === 1 ? values[0] : undefined);
  const [channel, status] = [only(channels), only(statuses)];
  const [channelId, accountId] = [only(channelIds), only(accountIds)];
  const [priority, threadType, teamId] = [only(priorities), only(threadTypes), only(teamIds)];
  return {
    ...(tag === null ? {} : { tag }),
    ...(channel === undefined ? {} : { channel }),
    ...(channelId === undefined ? {} : { channelId }),
    ...(accountId === undefined ? {} : { accountId }),
    ...(status === undefined ? {} : { status }),
    ...(priority === undefined ? {} : { priority }),
    ...(threadType === undefined ? {} : { threadType }),
    ...(teamId === undefined || teamId === null ? {} : { teamId }),
  };
}

/** What stands for a conversation without any message: its subject, its orders, what other systems call it. */
function facetsOf(thread: Doc<"threads">): string {
  return [thread.subject, ...ordersOf(thread), ...Object.values(thread.externalReferences)].join("\n");
}

/** The conversation of a candidate, if it is what the search says of conversations. */
export async function threadOf(ctx: QueryCtx, asked: Asked, threadId: Id<"threads">): Promise<Doc<"threads"> | null> {
  const row = await ctx.db.get("threads", threadId);
  if (row === null || row.orgId !== asked.viewer.orgId) return null;
  const thread = await liveThread(ctx, row);
  const isMeant =
    (asked.number === null || thread.number === asked.number) &&
    hasKeys(thread, asked) &&
    (asked.statuses.length === 0 || asked.statuses.includes(thread.status)) &&
    (asked.channels.length === 0 || asked.channels.includes(thread.channel)) &&
    (asked.priorities.length === 0 || asked.priorities.includes(thread.priority)) &&
    (asked.threadTypes.length === 0 || asked.threadTypes.includes(thread.threadType)) &&
    (asked.channelIds === null || asked.channelIds.some((id) => id === thread.channelId)) &&
    (asked.teamIds === null || asked.teamIds.includes(thread.teamId ?? null)) &&
    asked.tags.every((tag) => thread.tags.some((known) => known.toLowerCase() === tag.toLowerCase())) &&
    (asked.assigneeIds === null || asked.assigneeIds.includes(thread.assigneeId ?? null)) &&
    asked.subject.every((part) => thread.subject.toLowerCase().includes(part));
  if (!isMeant || !(await mayOpenThread(ctx, asked.viewer.member, thread))) return null;
  if (asked.accountIds !== null && !(await isAboutOneOf(ctx, thread, asked.accountIds))) return null;
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
export async function messageMeant(
  ctx: QueryCtx,
  asked: Asked,
  thread: Doc<"threads">,
  message: Doc<"messages"> | null,
): Promise<Doc<"messages"> | null | undefined> {
  if (message !== null) return (await isMessageMeant(ctx, asked, thread, message)) ? message : undefined;
  if (!concernsMessages(asked)) return saysAll(asked, facetsOf(thread)) ? null : undefined;
  const messages = ctx.db.query("messages").withIndex("by_thread", (q) => q.eq("threadId", thread._id));
  const newest = await messages.order("desc").take(MESSAGES_A_THREAD);
  for (const each of newest) if (await isMessageMeant(ctx, asked, thread, each)) return each;
  return undefined;
}

/** True when it says something of messages beside their words. */
export function concernsMessages({ senders, to, hasAttachment, beforeAt, afterAt }: Asked): boolean {
  return senders !== null || to.length > 0 || hasAttachment || beforeAt !== null || afterAt !== null;
}

/** True when a message of that conversation is what the search says of messages, its words too. */
export async function isMessageMeant(
  ctx: QueryCtx,
  asked: Asked,
  thread: Doc<"threads">,
  message: Doc<"messages">,
): Promise<boolean> {
  const { text, subject = "" } = message;
  if (!meetsConditions(asked, message)) return false;
  return saysAll(asked, [facetsOf(thread), subject, text, ...(await namesOf(ctx, message))].join("\n"));
}

/** True when a message is what the search says of messages, whatever its words are. */
export function meetsConditions(asked: Asked, message: Doc<"messages">): boolean {
  const { recipients, at, fileIds } = message;
  return (
    isFrom(asked, message) &&
    asked.to.every((part) => recipients.some((recipient) => recipient.address.toLowerCase().includes(part))) &&
    (!asked.hasAttachment || fileIds.length > 0) &&
    (asked.beforeAt === null || at < asked.beforeAt) &&
    (asked.afterAt === null || at >= asked.afterAt)
  );
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

/** A message as one result shows it. */
export async function hitOf(ctx: QueryCtx, parsed: ParsedSearch, message: Doc<"messages">) {
  const { _id, text, at } = message;
  return { id: _id, snippet: snippetOf(parsed, text), at, fileNames: await namesOf(ctx, message) };
}

async function namesOf(ctx: QueryCtx, { orgId, fileIds }: Doc<"messages">): Promise<string[]> {
  const files = await Promise.all(fileIds.map((fileId) => requireFile(ctx, orgId, fileId)));
  return files.map(({ name }) => name);
}
