import type { Id } from "../../_generated/dataModel";
import type { MutationCtx } from "../../_generated/server";
import { requireVersion } from "../../templates/model";
import { fillLine } from "../../templates/variables";
import { summaryOf } from "../content";
import { isInDoubt, isWaiting, recordDecision } from "../model";
import type { MessageContent } from "../schema";

/**
 * Gives a waiting message made from a template new values (its booking moved: other date, other place) and the version
 * to fill. False when it is not waiting any more, or may have left as it was; writes nothing when it says the same
 * already.
 */
export async function replaceContent(
  ctx: MutationCtx,
  queueId: Id<"messageQueue">,
  content: Extract<MessageContent, { kind: "template" }>,
): Promise<boolean> {
  const row = await ctx.db.get("messageQueue", queueId);
  if (row === null || !isWaiting(row.state) || isInDoubt(row)) return false;
  const body = await ctx.db.get("messageBodies", row.bodyId);
  if (body === null || saysTheSame(body.content, content)) return true;
  const version = await requireVersion(ctx, row.orgId, content.templateVersionId);
  const subject = summaryOf(fillLine(version.subject, content.values, version.variables), version.body);
  await ctx.db.patch("messageBodies", row.bodyId, { content });
  await ctx.db.patch("messageQueue", queueId, { subject });
  await recordDecision(ctx, row, { stage: "content", rule: "source", outcome: "replaced", inputs: { subject } });
  return true;
}

function saysTheSame(before: MessageContent, after: Extract<MessageContent, { kind: "template" }>): boolean {
  if (before.kind !== "template" || before.templateVersionId !== after.templateVersionId) return false;
  const names = new Set([...Object.keys(before.values), ...Object.keys(after.values)]);
  return [...names].every((name) => before.values[name] === after.values[name]);
}
