import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { findChannel } from "../../connections/model";
import { livingAccount, nameOf } from "../../contacts/accounts/model";
import { requireContact } from "../../contacts/model";
import { changeThread, checkOrders, type ThreadFields } from "../../inbox/model/fields";
import { assignToTeam } from "../../inbox/assignment/model/work";
import { openConversation } from "../../inbox/model/open";
import { deleteOne } from "../../inbox/deletion/model";
import { ownThread, requireThread } from "../../inbox/model/rows";
import { assignThread, setThreadStatus } from "../../inbox/model/work";
import { ordersOf } from "../../inbox/references/orders";
import { appError } from "../../lib/errors";
import { can } from "../../lib/permissions";
import { requireMemberOf } from "../../orgs/model";
import { requireTeam } from "../../orgs/teams/model";
import { accountIdOf } from "../accounts/model";
import { once, requireMatch, type Answer } from "../answers/model";
import type { Write } from "../answers/schema";
import { contactOf } from "../contacts/model";
import { actingMember, idOf, type ApiCaller } from "../model";
import { writeEntry } from "./model/entries";
import type { ApiNewThread, ApiThread, ApiThreadChange } from "./schema";

/** One conversation. Throws `not_found`. */
export async function readThread(ctx: QueryCtx, { orgId }: ApiCaller, id: string): Promise<ApiThread> {
  return await viewOf(ctx, await threadById(ctx, orgId, id));
}

/** Opens a conversation, with its first entry if there is one. Throws `invalid` or `not_found` with the field. */
export async function createThread(
  ctx: MutationCtx,
  caller: ApiCaller,
  {
    contact,
    message,
    assigneeId,
    teamId,
    type,
    order,
    orders,
    attributes,
    customerOrganizationId,
    partnerOrganizationId,
    ...rest
  }: ApiNewThread,
  write: Write,
): Promise<Answer<ApiThread>> {
  return await once(ctx, caller, write, async () => {
    const { orgId } = caller;
    const member = await actingMember(ctx, caller);
    const { contactId } = await contactOf(ctx, orgId, contact, "contact");
    const about = checkOrders(orders ?? (order === undefined ? [] : [order]));
    const named = await accountsNamed(ctx, orgId, { customerOrganizationId, partnerOrganizationId });
    const fields = { ...rest, contactId, threadType: type, ...about };
    const opened = await openConversation(ctx, { orgId, member }, fields);
    const thread = await changeThread(ctx, { orgId, member }, opened._id, { ...named, attributes });
    await assign(ctx, member, thread, { assigneeId, teamId });
    if (message !== undefined) await writeEntry(ctx, caller, member, thread, message);
    return { status: 201, body: await viewOf(ctx, await requireThread(ctx, orgId, thread._id)) };
  });
}

/** Changes a conversation. Throws `not_found`, `invalid`, or `conflict` when `If-Match` names an older state. */
export async function updateThread(
  ctx: MutationCtx,
  caller: ApiCaller,
  id: string,
  {
    status,
    assigneeId,
    teamId,
    type,
    order,
    orders,
    customerOrganizationId,
    partnerOrganizationId,
    ...fields
  }: ApiThreadChange,
  write: Write,
): Promise<Answer<ApiThread>> {
  return await once(ctx, caller, write, async () => {
    const { orgId } = caller;
    const member = await actingMember(ctx, caller);
    const thread = await threadById(ctx, orgId, id);
    await requireMatch(write, await viewOf(ctx, thread));
    const who = { orgId, member, threadId: thread._id };
    const about = orders ?? (order === undefined ? undefined : order === null ? [] : [order]);
    const named = await accountsNamed(ctx, orgId, { customerOrganizationId, partnerOrganizationId });
    const changes = { ...fields, ...named, ...(type === undefined ? {} : { threadType: type }), orders: about };
    await changeThread(ctx, who, thread._id, changes);
    await assign(ctx, member, thread, { assigneeId, teamId });
    if (status !== undefined) await setThreadStatus(ctx, { ...who, status });
    return { status: 200, body: await viewOf(ctx, await requireThread(ctx, orgId, thread._id)) };
  });
}

/** Deletes a conversation; deleted already, nothing happens. Throws `not_found`. */
export async function deleteThread(ctx: MutationCtx, caller: ApiCaller, id: string): Promise<void> {
  const { orgId } = caller;
  const threadId = idOf(ctx, "threads", id, "This conversation does not exist.");
  await deleteOne(ctx, { orgId, member: await actingMember(ctx, caller) }, await ownThread(ctx, orgId, threadId));
}

/** The organisations that a request names, as the inbox takes them; absent ones stay, null takes one away. */
export async function accountsNamed(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  {
    customerOrganizationId: customer,
    partnerOrganizationId: partner,
  }: Pick<ApiThreadChange, "customerOrganizationId" | "partnerOrganizationId">,
): Promise<Pick<ThreadFields, "customerAccountId" | "partnerAccountId">> {
  const idOrNone = async (id: string | null | undefined, field: string) =>
    id === undefined || id === null ? id : await accountIdOf(ctx, orgId, id, field);
  return {
    customerAccountId: await idOrNone(customer, "customerOrganizationId"),
    partnerAccountId: await idOrNone(partner, "partnerOrganizationId"),
  };
}

/** Gives a conversation away as a request says. Throws `forbidden` where the key's maker may not, `not_found`. */
export async function assign(
  ctx: MutationCtx,
  member: Doc<"members">,
  { _id: threadId, orgId }: Doc<"threads">,
  { assigneeId: person, teamId: team }: Pick<ApiThreadChange, "assigneeId" | "teamId">,
): Promise<void> {
  if (person === undefined && team === undefined) return;
  if (!can(member.role, "inbox.assign")) {
    const field = person === undefined ? "teamId" : "assigneeId";
    throw appError("forbidden", "The member who made this key may not assign.", { field });
  }
  if (team !== undefined) {
    const teamId = team === null ? null : (await teamById(ctx, orgId, team))._id;
    await assignToTeam(ctx, member, { threadId, teamId });
  }
  // After the team, which would give it to whose turn it is.
  if (person !== undefined) {
    const assigneeId = person === null ? null : (await memberById(ctx, orgId, person))._id;
    await assignThread(ctx, { orgId, member, threadId, assigneeId });
  }
}

/** The member of a request. Throws `not_found`; `field` is where it stands there. */
export async function memberById(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  id: string,
  field = "assigneeId",
): Promise<Doc<"members">> {
  return await requireMemberOf(ctx, orgId, idOf(ctx, "members", id, "This member does not exist.", field));
}

/** The team of a request. Throws `not_found`. */
export async function teamById(ctx: QueryCtx, orgId: Id<"organisations">, id: string): Promise<Doc<"teams">> {
  return await requireTeam(ctx, orgId, idOf(ctx, "teams", id, "This team does not exist.", "teamId"));
}

async function threadById(ctx: QueryCtx, orgId: Id<"organisations">, id: string): Promise<Doc<"threads">> {
  return await requireThread(ctx, orgId, idOf(ctx, "threads", id, "This conversation does not exist."));
}

/** A conversation as the API shows it. */
export async function viewOf(ctx: QueryCtx, thread: Doc<"threads">): Promise<ApiThread> {
  const { orgId, contactId, assigneeId, teamId, channelId } = thread;
  const contact = contactId === undefined ? null : await requireContact(ctx, orgId, contactId);
  const assignee = assigneeId === undefined ? null : await requireMemberOf(ctx, orgId, assigneeId);
  const team = teamId === undefined ? null : await requireTeam(ctx, orgId, teamId);
  return {
    id: thread._id,
    number: thread.number,
    subject: thread.subject,
    type: thread.threadType,
    priority: thread.priority,
    status: thread.status,
    channel: thread.channel,
    contact: contact === null ? null : { id: contact._id, name: contact.name },
    customerOrganization: nameOf(await livingAccount(ctx, thread.customerAccountId)),
    partnerOrganization: nameOf(await livingAccount(ctx, thread.partnerAccountId)),
    assignee: assignee === null ? null : { memberId: assignee._id, name: assignee.displayName },
    team: team === null ? null : { id: team._id, name: team.name },
    order: thread.orderRef ?? null,
    orders: ordersOf(thread),
    mailbox: channelId === undefined ? null : ((await findChannel(ctx, orgId, channelId))?.address ?? null),
    tags: thread.tags,
    externalReferences: thread.externalReferences,
    attributes: thread.attributes ?? {},
    lastMessageAt: thread.lastMessageAt,
    responseDueAt: thread.responseDueAt ?? null,
    createdAt: thread._creationTime,
    updatedAt: thread.changedAt ?? thread.lastMessageAt,
  };
}
