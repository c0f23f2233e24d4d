import type { Doc, Id } from "../../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../../_generated/server";
import { record } from "../../../audit/model";
import { appError } from "../../../lib/errors";
import { DEFAULT_ANSWER_SETTINGS, UNDO_SECONDS, type AnswerSettings } from "../settings";

/** How the organisation answers: what its admins set, else the defaults. */
export async function answerSettings(ctx: QueryCtx, orgId: Id<"organisations">): Promise<AnswerSettings> {
  const row = await rowOf(ctx, orgId);
  if (row === null) return DEFAULT_ANSWER_SETTINGS;
  const { undoSeconds, cancelIfAnswered, quotesEarlier = true } = row;
  return { undoSeconds, cancelIfAnswered, quotesEarlier };
}

/** Changes it. Throws `invalid` for a hold that is not offered. */
export async function setAnswerSettings(
  ctx: MutationCtx,
  { orgId, member }: { orgId: Id<"organisations">; member: Doc<"members"> },
  settings: AnswerSettings,
): Promise<void> {
  const { undoSeconds } = settings;
  if (!UNDO_SECONDS.some((known) => known === undoSeconds)) {
    throw appError("invalid", `Choose one of ${UNDO_SECONDS.join(", ")} seconds.`, { field: "undoSeconds" });
  }
  const row = await rowOf(ctx, orgId);
  if (row === null) await ctx.db.insert("answerSettings", { orgId, ...settings });
  else await ctx.db.patch("answerSettings", row._id, settings);
  await record(ctx, {
    orgId,
    actor: { kind: "member", memberId: member._id },
    action: "answer_settings.changed",
    subject: { table: "organisations", id: orgId },
    details: settings,
  });
}

async function rowOf(ctx: QueryCtx, orgId: Id<"organisations">): Promise<Doc<"answerSettings"> | null> {
  return await ctx.db
    .query("answerSettings")
    .withIndex("by_org", (q) => q.eq("orgId", orgId))
    .unique();
}
