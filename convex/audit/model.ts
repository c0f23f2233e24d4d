import type { PaginationOptions } from "convex/server";
import type { Id } from "../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../_generated/server";
import type { AuditAction, AuditDetails } from "./actions";
import type { Actor } from "./schema";

type AuditRecord = {
  orgId: Id<"organisations">;
  actor: Actor;
  /** Subject dot past participle: "thread.assigned". */
  action: AuditAction;
  subject: { table: string; id: string };
  details?: AuditDetails;
};

/** Appends who did what to the record, in the transaction of the change itself. Never give it secrets or bodies. */
export async function record(ctx: MutationCtx, entry: AuditRecord): Promise<void> {
  await ctx.db.insert("auditEntries", { ...entry, details: entry.details ?? {}, at: Date.now() });
}

export type AuditFilter = { subject?: { table: string; id: string }; memberId?: Id<"members"> };

/** Entries of an organisation, of one subject in it, or by one member, newest first. The subject wins over the member. */
export async function listEntries(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  { subject, memberId, paginationOpts }: AuditFilter & { paginationOpts: PaginationOptions },
) {
  const all = ctx.db.query("auditEntries");
  const entries =
    subject !== undefined
      ? all.withIndex("by_subject", (q) =>
          q.eq("orgId", orgId).eq("subject.table", subject.table).eq("subject.id", subject.id),
        )
      : memberId !== undefined
        ? all.withIndex("by_member", (q) => q.eq("orgId", orgId).eq("actor.memberId", memberId))
        : all.withIndex("by_org", (q) => q.eq("orgId", orgId));
  const result = await entries.order("desc").paginate(paginationOpts);
  return {
    ...result,
    page: result.page.map(({ _id, actor, action, subject, details, at }) => ({
      id: _id,
      actor,
      action,
      subject,
      details,
      at,
    })),
  };
}
