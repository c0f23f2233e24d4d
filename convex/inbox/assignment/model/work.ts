import type { Doc, Id } from "../../../_generated/dataModel";
import type { MutationCtx } from "../../../_generated/server";
import { appError } from "../../../lib/errors";
import { requireTeam } from "../../../orgs/teams/model";
import { requireThread } from "../../model/rows";
import { decision } from "./decisions";
import { giveThread } from "./give";
import { giveByRules, reassign } from "./route";
import { giveToTeam } from "./team";

/** Conversations of a member who left that one job hands on. */
const RELEASE_BATCH = 25;

/**
 * Gives a thread to a team (to the one of it whose turn it is, else into its queue), or takes it out of its team (null);
 * who has it keeps it then. Throws `not_found` for another organisation's team, `invalid` for an archived one.
 */
export async function assignToTeam(
  ctx: MutationCtx,
  member: Doc<"members">,
  { threadId, teamId }: { threadId: Id<"threads">; teamId: Id<"teams"> | null },
): Promise<void> {
  const thread = await requireThread(ctx, member.orgId, threadId);
  if ((thread.teamId ?? null) === teamId) return;
  const why = { trigger: "team", byId: member._id } as const;
  if (teamId === null) {
    await giveThread(ctx, thread, { teamId: null, neededSkills: [] }, decision(why));
    return;
  }
  const team = await requireTeam(ctx, member.orgId, teamId);
  if (team.isArchived) throw appError("invalid", `${team.name} is archived.`, { field: "teamId" });
  await giveToTeam(ctx, thread, { team, skills: [] }, why);
}

/** Gives a thread by the rules, because a member asked. Returns whether a rule fitted. */
export async function assignByRules(
  ctx: MutationCtx,
  member: Doc<"members">,
  threadId: Id<"threads">,
): Promise<boolean> {
  const thread = await requireThread(ctx, member.orgId, threadId);
  return (await giveByRules(ctx, thread, "asked", member._id)).isGiven;
}

/** Hands on open threads of a member who was suspended; at most a batch. Returns true when there are more. */
export async function releaseThreads(ctx: MutationCtx, memberId: Id<"members">): Promise<boolean> {
  const member = await ctx.db.get("members", memberId);
  // Reinstated meanwhile: what is left stays theirs.
  if (member === null || member.status === "active") return false;
  const held = await ctx.db
    .query("threads")
    .withIndex("by_org_assignee", (q) => q.eq("orgId", member.orgId).eq("isOpen", true).eq("assigneeId", memberId))
    .take(RELEASE_BATCH);
  for (const thread of held) await reassign(ctx, thread, "suspended");
  return held.length === RELEASE_BATCH;
}
