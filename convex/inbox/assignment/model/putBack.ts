import type { Doc, Id } from "../../../_generated/dataModel";
import type { MutationCtx } from "../../../_generated/server";
import { decision } from "./decisions";
import { giveThread } from "./give";

/** Whose a thread was. */
type Place = { teamId?: Id<"teams"> | null; assigneeId?: Id<"members"> | null; neededSkills?: string[] };

/** Gives a thread back to whom it was taken from, because a member undid it. */
export async function putBack(
  ctx: MutationCtx,
  member: Doc<"members">,
  thread: Doc<"threads">,
  { teamId = null, assigneeId = null, neededSkills = [] }: Place,
): Promise<void> {
  const made = decision({ trigger: "member", byId: member._id });
  await giveThread(ctx, thread, { teamId, assigneeId, neededSkills }, made);
}
