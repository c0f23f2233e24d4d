import type { Doc, Id } from "../../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../../_generated/server";
import { requireMemberOf } from "../../../orgs/model";
import { requireTeam } from "../../../orgs/teams/model";
import type { AssignmentDecision } from "../schema";

/** Decisions kept of a thread; who had it long ago is in the audit trail. */
const MAX_KEPT = 20;

/** A decision without what has no say in it. */
export function decision(made: Partial<AssignmentDecision> & Pick<AssignmentDecision, "trigger">): AssignmentDecision {
  return { skills: [], passedRules: [], passedOver: [], ...made };
}

/** Keeps why a thread is whose, in the transaction of the assignment. */
export async function keepDecision(
  ctx: MutationCtx,
  { orgId, _id: threadId }: Doc<"threads">,
  made: AssignmentDecision,
): Promise<void> {
  const known = await newest(ctx, threadId, MAX_KEPT);
  const oldest = known.at(-1);
  if (oldest !== undefined && known.length === MAX_KEPT) await ctx.db.delete("assignmentDecisions", oldest._id);
  await ctx.db.insert("assignmentDecisions", { orgId, threadId, at: Date.now(), ...made });
}

/** True when the newest decision about a thread was a person's own, and no rule's: it is not decided anew unasked. */
export async function wasByHand(ctx: QueryCtx, threadId: Id<"threads">): Promise<boolean> {
  const [last] = await newest(ctx, threadId, 1);
  return last !== undefined && last.byId !== undefined && last.rule === undefined;
}

async function newest(ctx: QueryCtx, threadId: Id<"threads">, count: number) {
  const rows = ctx.db.query("assignmentDecisions").withIndex("by_thread", (q) => q.eq("threadId", threadId));
  return await rows.order("desc").take(count);
}

/** Why a thread is whose, newest first, with the names of today. */
export async function explainAssignment(ctx: QueryCtx, { orgId, _id: threadId }: Doc<"threads">) {
  const nameOf = async (memberId: Id<"members">) => (await requireMemberOf(ctx, orgId, memberId)).displayName;
  return await Promise.all(
    (await newest(ctx, threadId, MAX_KEPT)).map(async (row) => ({
      id: row._id,
      at: row.at,
      trigger: row.trigger,
      by: row.byId === undefined ? null : await nameOf(row.byId),
      rule: row.rule?.name ?? null,
      team: row.teamId === undefined ? null : (await requireTeam(ctx, orgId, row.teamId)).name,
      assignee: row.assigneeId === undefined ? null : await nameOf(row.assigneeId),
      skills: row.skills,
      ignoredSkills: row.ignoredSkills === true,
      passedRules: row.passedRules,
      passedOver: await Promise.all(
        row.passedOver.map(async ({ memberId, because }) => ({ name: await nameOf(memberId), because })),
      ),
    })),
  );
}
