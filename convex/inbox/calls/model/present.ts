import type { Doc } from "../../../_generated/dataModel";
import type { QueryCtx } from "../../../_generated/server";
import { requireMemberOf } from "../../../orgs/model";

/** A call as the timeline shows it. */
export async function presentCall(ctx: QueryCtx, { orgId, sender, call }: Doc<"messages">) {
  if (call === undefined) return undefined;
  const { loggedById, ...facts } = call;
  const loggedBy = (await requireMemberOf(ctx, orgId, loggedById)).displayName;
  const speakerId = sender.kind === "member" ? sender.memberId : loggedById;
  return { ...facts, loggedById, loggedBy, speakerId };
}
