import type { Doc, Id } from "../../_generated/dataModel";
import type { QueryCtx } from "../../_generated/server";
import { appError } from "../../lib/errors";
import { callerSeesWorkOf, type MaybeMemberCtx } from "../../lib/threadAccess";
import { requireMessage } from "../model";

// Answers of the team are part of their conversation: who may not open it does not read them in the queue either.

/** Those of the messages that the caller may see. */
export async function visibleMessages<Row extends Pick<Doc<"messageQueue">, "source">>(
  ctx: MaybeMemberCtx,
  rows: readonly Row[],
): Promise<Row[]> {
  const shown: Row[] = [];
  for (const row of rows) if (await isVisible(ctx, row)) shown.push(row);
  return shown;
}

/** The message, if the caller may see it. Throws `not_found` otherwise, and for another organisation's. */
export async function requireVisibleMessage(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  queueId: Id<"messageQueue">,
): Promise<Doc<"messageQueue">> {
  const row = await requireMessage(ctx, orgId, queueId);
  if (await isVisible(ctx, row)) return row;
  throw appError("not_found", "This message does not exist.");
}

async function isVisible(ctx: MaybeMemberCtx, { source }: Pick<Doc<"messageQueue">, "source">): Promise<boolean> {
  return await callerSeesWorkOf(ctx, "threadId" in source ? source.threadId : undefined);
}
