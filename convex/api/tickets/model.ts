import type { Doc } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { requireTicket, describeTicket, moveTicket } from "../../inbox/tickets/model/describe";
import { pageOfTickets, presentTicket } from "../../inbox/tickets/model/list";
import { makeTicket, openTicket } from "../../inbox/tickets/model/make";
import type { TicketFilter } from "../../inbox/tickets/schema";
import { randomToken } from "../../lib/crypto";
import { appError } from "../../lib/errors";
import { once, requireMatch, type Answer } from "../answers/model";
import type { Write } from "../answers/schema";
import { contactOf } from "../contacts/model";
import { actingMember, idOf, type ApiCaller } from "../model";
import { pageOf, paginationOf } from "../paging";
import type { ApiNewTicket, ApiTicket, ApiTicketChange } from "./schema";

const NO_SUCH_TICKET = "This ticket does not exist.";
const NO_SUCH_THREAD = "This conversation does not exist.";

/** A page of tickets, newest first. Throws `not_found` for another organisation's member. */
export async function listTickets(
  ctx: QueryCtx,
  { orgId }: ApiCaller,
  {
    assigneeId: member,
    limit,
    cursor,
    ...filter
  }: Omit<TicketFilter, "assigneeId"> & {
    assigneeId?: string;
    limit: number;
    cursor?: string;
  },
) {
  const assigneeId =
    member === undefined ? undefined : idOf(ctx, "members", member, "This member does not exist.", "assigneeId");
  const paginationOpts = paginationOf({ limit, cursor });
  const result = await pageOfTickets(ctx, orgId, { ...filter, assigneeId, paginationOpts });
  return pageOf(result.page.map(shown), result);
}

/** One ticket. Throws `not_found`. */
export async function readTicket(ctx: QueryCtx, { orgId }: ApiCaller, id: string): Promise<ApiTicket> {
  const { ticket } = await requireTicket(ctx, orgId, idOf(ctx, "threads", id, NO_SUCH_TICKET));
  return await viewOf(ctx, ticket);
}

/**
 * Makes a ticket of a conversation, or opens one; the one there is already of the conversation, or of the phone number and
 * day (product.md E-05), is answered with 200. Throws `not_found` or `invalid` with the field.
 */
export async function createTicket(
  ctx: MutationCtx,
  caller: ApiCaller,
  { threadId, contact, subject, text = "", ...facts }: ApiNewTicket,
  write: Write,
): Promise<Answer<ApiTicket>> {
  return await once(ctx, caller, write, async () => {
    const { orgId } = caller;
    const by = { orgId, member: await actingMember(ctx, caller) };
    if (threadId !== undefined) {
      const made = await makeTicket(ctx, by, idOf(ctx, "threads", threadId, NO_SUCH_THREAD, "threadId"), facts);
      return await answerOf(ctx, caller, made);
    }
    if (contact === undefined || subject === undefined) {
      throw appError("invalid", "Name a contact and a subject.", { field: "contact" });
    }
    const { contactId } = await contactOf(ctx, orgId, contact, "contact");
    const ticket = { person: { kind: "contact", contactId } as const, subject, text, clientId: randomToken() };
    return await answerOf(ctx, caller, await openTicket(ctx, by, { ...ticket, ...facts }));
  });
}

/** Changes a ticket. Throws `not_found`, `invalid`, or `conflict` for a jump without a reason and for an older state. */
export async function updateTicket(
  ctx: MutationCtx,
  caller: ApiCaller,
  id: string,
  { status, reason, ...change }: ApiTicketChange,
  write: Write,
): Promise<Answer<ApiTicket>> {
  return await once(ctx, caller, write, async () => {
    const { orgId } = caller;
    const by = { orgId, member: await actingMember(ctx, caller) };
    const { ticket, thread } = await requireTicket(ctx, orgId, idOf(ctx, "threads", id, NO_SUCH_TICKET));
    await requireMatch(write, await viewOf(ctx, ticket));
    await describeTicket(ctx, by, thread._id, change);
    if (status !== undefined) await moveTicket(ctx, by, thread._id, { to: status, reason });
    return { status: 200, body: await readTicket(ctx, caller, thread._id) };
  });
}

async function answerOf(
  ctx: QueryCtx,
  caller: ApiCaller,
  { threadId, isNew }: { threadId: string; isNew: boolean },
): Promise<Answer<ApiTicket>> {
  return { status: isNew ? 201 : 200, body: await readTicket(ctx, caller, threadId) };
}

async function viewOf(ctx: QueryCtx, ticket: Doc<"tickets">): Promise<ApiTicket> {
  return shown(await presentTicket(ctx, ticket));
}

function shown({
  threadId: id,
  isOverdue: _isOverdue,
  channel: _channel,
  ...ticket
}: Awaited<ReturnType<typeof presentTicket>>): ApiTicket {
  return { id, ...ticket };
}
