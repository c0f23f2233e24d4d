import type { Doc, Id } from "../../../_generated/dataModel";
import type { MutationCtx } from "../../../_generated/server";
import type { AuditDetails } from "../../../audit/actions";
import { record } from "../../../audit/model";
import type { Actor } from "../../../audit/schema";
import { emit } from "../../../events/model";
import { patchThread } from "../../model/rows";
import type { AssignmentDecision } from "../schema";
import { keepDecision } from "./decisions";

/** Whose a thread becomes; what is left out stays. */
export type Given = {
  assigneeId?: Id<"members"> | null;
  teamId?: Id<"teams"> | null;
  neededSkills?: readonly string[];
};

/**
 * Gives a thread to a member or team, or to nobody, and keeps why: change, decision, event and audit entry in one
 * transaction. The same again changes nothing. Returns the thread as it is now.
 */
export async function giveThread(
  ctx: MutationCtx,
  thread: Doc<"threads">,
  given: Given,
  made: AssignmentDecision,
): Promise<Doc<"threads">> {
  const { orgId, _id: threadId, contactId } = thread;
  const before = { assigneeId: thread.assigneeId ?? null, teamId: thread.teamId ?? null };
  const now = { ...before, ...given };
  if (now.assigneeId === before.assigneeId && now.teamId === before.teamId) return thread;
  const neededSkills = given.neededSkills === undefined ? thread.neededSkills : [...given.neededSkills];
  const after = await patchThread(ctx, thread, {
    assigneeId: now.assigneeId ?? undefined,
    teamId: now.teamId ?? undefined,
    neededSkills: neededSkills?.length === 0 ? undefined : neededSkills,
  });
  await keepDecision(ctx, thread, {
    ...made,
    assigneeId: now.assigneeId ?? undefined,
    teamId: now.teamId ?? undefined,
  });
  if (now.assigneeId !== before.assigneeId) {
    await emit(ctx, {
      orgId,
      kind: "thread.assigned",
      subject: { threadId, contactId },
      payload: { assigneeId: now.assigneeId, previousId: before.assigneeId, by: made.byId ?? null },
    });
  }
  if (now.teamId !== before.teamId && now.teamId !== null) {
    const payload = { teamId: now.teamId, previousTeamId: before.teamId, by: made.byId ?? null };
    await emit(ctx, { orgId, kind: "thread.team_given", subject: { threadId, contactId }, payload });
  }
  const details: AuditDetails = { from: before.assigneeId, to: now.assigneeId, because: made.trigger };
  if (now.teamId !== before.teamId) Object.assign(details, { fromTeam: before.teamId, toTeam: now.teamId });
  if (made.rule !== undefined) details.rule = made.rule.name;
  await record(ctx, {
    orgId,
    actor: actorOf(made),
    action: "thread.assigned",
    subject: { table: "threads", id: threadId },
    details,
  });
  return after;
}

function actorOf({ byId }: AssignmentDecision): Actor {
  return byId === undefined ? { kind: "system", name: "assignment" } : { kind: "member", memberId: byId };
}
