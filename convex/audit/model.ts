import type { PaginationOptions } from "convex/server";
import type { Id } from "../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../_generated/server";
import type { Actor } from "./schema";

type AuditRecord = {
  orgId: Id<"organisations">;
  actor: Actor;
  /** Subject dot past participle: "thread.assigned". */
  action: string;
  subject: { table: string; id: string };
  details?: Record<string, string | number | boolean | null>;
};

/** Appends who did what to the record, in the transaction of the change itself. Never give it secrets or bodies. */
export async function record(ctx: MutationCtx, entry: AuditRecord): Promise<void> {
  await ctx.db.insert("auditEntries", { ...entry, details: entry.details ?? {}, at: Date.now() });
}

/** Entries of an organisation, or of one subject in it, newest first. */
export async function listEntries(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  { subject, paginationOpts }: { subject?: { table: string; id: string }; paginationOpts: PaginationOptions },
) {
  const entries =
    subject === undefined
      ? ctx.db.query("auditEntries").withIndex("by_org", (q) => q.eq("orgId", orgId))
      : ctx.db
          .query("auditEntries")
          .withIndex("by_subject", (q) =>
            q.eq("orgId", orgId).eq("subject.table", subject.table).eq("subject.id", subject.id),
          );
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
