import type { Doc, Id } from "../../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../../_generated/server";
import type { AuditDetails } from "../../../audit/actions";
import { record } from "../../../audit/model";
import { appError } from "../../../lib/errors";
import type { MaybeMemberCtx } from "../../../lib/threadAccess";
import { changeThread } from "../../model/fields";
import { patchThread, requireThread } from "../../model/rows";
import { setThreadStatus } from "../../model/work";
import { isJump, priorityOf, threadStatusOf } from "../mapping";
import type { TicketSource, TicketStatus, Urgency } from "../sets";
import { deleteTicket, patchTicket, writeStatus } from "./rows";

const MAX_CATEGORY_CHARS = 80;
const MAX_REASON_CHARS = 500;

type By = { orgId: Id<"organisations">; member: Doc<"members"> };
type WritingCtx = MutationCtx & MaybeMemberCtx;

/** A conversation with its ticket. Throws `not_found` where there is none, like for another organisation's. */
export async function requireTicket(
  ctx: QueryCtx & MaybeMemberCtx,
  orgId: Id<"organisations">,
  threadId: Id<"threads">,
) {
  const thread = await requireThread(ctx, orgId, threadId);
  const ticket = thread.ticketId === undefined ? null : await ctx.db.get("tickets", thread.ticketId);
  if (ticket === null) throw appError("not_found", "This conversation is no ticket.");
  return { thread, ticket };
}

/**
 * Gives a ticket a status, its conversation with it (product.md 0.1). To the next of the flow it goes at once; anything
 * else wants a reason, which is kept. Throws `conflict` (field `reason`) for a jump without one, `not_found` for no ticket.
 */
export async function moveTicket(
  ctx: WritingCtx,
  { orgId, member }: By,
  threadId: Id<"threads">,
  { to, reason: said = "" }: { to: TicketStatus; reason?: string | undefined },
): Promise<void> {
  const { thread, ticket } = await requireTicket(ctx, orgId, threadId);
  if (ticket.status === to) return;
  const reason = said.trim();
  if (isJump(ticket.status, to) && reason === "") {
    const message = `A ticket does not go from ${ticket.status} to ${to}: say why it does.`;
    throw appError("conflict", message, { field: "reason" });
  }
  if (reason.length > MAX_REASON_CHARS) {
    throw appError("invalid", `A reason has at most ${MAX_REASON_CHARS} characters.`, { field: "reason" });
  }
  await writeStatus(ctx, ticket, thread, to, { byId: member._id, reason: reason === "" ? undefined : reason });
  await audit(ctx, { orgId, member }, thread, "ticket.moved", { from: ticket.status, to });
  // The ticket stands where the conversation goes to: nothing follows from it a second time.
  await setThreadStatus(ctx, { orgId, member, threadId: thread._id, status: threadStatusOf(to) });
}

/** What a member may say of a ticket besides its status; an empty category takes it away. */
export type TicketChange = { source?: TicketSource; category?: string; urgency?: Urgency };

/** Changes it; urgency is the priority of the conversation. Throws `not_found`, `invalid` for an overlong category. */
export async function describeTicket(
  ctx: WritingCtx,
  by: By,
  threadId: Id<"threads">,
  { source, category, urgency }: TicketChange,
): Promise<void> {
  const { thread, ticket } = await requireTicket(ctx, by.orgId, threadId);
  if (urgency !== undefined) await changeThread(ctx, by, thread._id, { priority: priorityOf(urgency) });
  const wanted = {
    source: source ?? ticket.source,
    category: category === undefined ? ticket.category : checkCategory(category),
  };
  const changed = (["source", "category"] as const).filter((name) => wanted[name] !== ticket[name]);
  if (changed.length === 0) return;
  await patchTicket(ctx, ticket._id, wanted);
  await audit(ctx, by, thread, "ticket.changed", { fields: changed.join(", ") });
}

/** Makes a ticket a conversation like others again. Throws `not_found` where it is one. */
export async function removeTicket(ctx: WritingCtx, by: By, threadId: Id<"threads">): Promise<void> {
  const { thread, ticket } = await requireTicket(ctx, by.orgId, threadId);
  await deleteTicket(ctx, ticket._id);
  await patchThread(ctx, thread, { ticketId: undefined });
  await audit(ctx, by, thread, "ticket.removed", { status: ticket.status });
}

/** A category on one line; undefined for none. Throws `invalid` for one that is too long. */
export function checkCategory(text: string): string | undefined {
  const category = text.replace(/\s+/g, " ").trim();
  if (category.length > MAX_CATEGORY_CHARS) {
    throw appError("invalid", `A category has at most ${MAX_CATEGORY_CHARS} characters.`, { field: "category" });
  }
  return category === "" ? undefined : category;
}

async function audit(
  ctx: MutationCtx,
  { orgId, member }: By,
  thread: Doc<"threads">,
  action: "ticket.moved" | "ticket.changed" | "ticket.removed",
  details: AuditDetails,
): Promise<void> {
  const actor = { kind: "member", memberId: member._id } as const;
  await record(ctx, { orgId, actor, action, subject: { table: "threads", id: thread._id }, details });
}
