import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { removeFile } from "../../files/model";
import { requireOrg } from "../../orgs/model";
import { markOf, retentionOf, setMark } from "../../orgs/retention/model";
import { cutoff } from "../../orgs/retention/rules";
import type { MessageContent } from "../schema";

/** Messages one transaction takes the texts of: a few reads and writes each. */
const PURGE_BATCH = 200;

/** What is left of a text that was removed. */
export const NO_TEXT: MessageContent = { kind: "finished", text: "", fileIds: [] };

/** Where a run stands: texts of messages due before `before` go; `cursor` is the page to go on with. */
export type PurgeRun = { before: number; cursor: string | null };

/** What tonight's run has to do, or null when nothing of the organisation is old enough. */
export async function beginPurge(ctx: QueryCtx, orgId: Id<"organisations">, now: number): Promise<PurgeRun | null> {
  const before = cutoff(retentionOf(await requireOrg(ctx, orgId)).messageDays, now);
  const from = await markOf(ctx, orgId, "messages");
  return before === null || before <= from ? null : { before, cursor: null };
}

/**
 * Takes the texts of one page of messages past the organisation's period; rows, attempts, decisions and receipts stay.
 * What still waits or is under way keeps its text. Null with the last page. A run that is cut short begins again at the
 * mark the next night, and finds most of it done.
 */
export async function purgeMessages(
  ctx: MutationCtx,
  orgId: Id<"organisations">,
  { before, cursor }: PurgeRun,
  now: number,
): Promise<PurgeRun | null> {
  const from = await markOf(ctx, orgId, "messages");
  const { page, isDone, continueCursor } = await ctx.db
    .query("messageQueue")
    .withIndex("by_org", (q) => q.eq("orgId", orgId).gte("dueAt", from).lt("dueAt", before))
    .paginate({ cursor, numItems: PURGE_BATCH });
  for (const row of page) {
    if (row.group !== "waiting" && row.group !== "sending") await purgeText(ctx, row, now);
  }
  if (!isDone) return { before, cursor: continueCursor };
  await setMark(ctx, orgId, "messages", before);
  return null;
}

/** Takes the text of one message, and its files where nobody else has them. Again changes nothing. */
export async function purgeText(ctx: MutationCtx, row: Doc<"messageQueue">, now: number): Promise<void> {
  const body = await ctx.db.get("messageBodies", row.bodyId);
  if (body === null || body.purgedAt !== undefined) return;
  const { content } = body;
  // An agent's attachments are the conversation's.
  if (content.kind === "finished" && row.source.kind !== "agent") {
    for (const fileId of content.fileIds) await removeFile(ctx, fileId);
  }
  await ctx.db.patch("messageBodies", body._id, { content: NO_TEXT, rendered: undefined, purgedAt: now });
  await ctx.db.patch("messageQueue", row._id, { subject: "" });
}
