import type { Doc } from "../../_generated/dataModel";
import type { MutationCtx } from "../../_generated/server";
import { requireOrg } from "../../orgs/model";
import { tellThread } from "../merges/model/moves";
import { findThread } from "../model/rows";
import { taskLine } from "./texts";

/** Shows in the timeline that a task of the conversation was made or done. */
export async function tellTask(ctx: MutationCtx, event: Doc<"domainEvents">): Promise<void> {
  // Events carry ids as text.
  const threadId = ctx.db.normalizeId("threads", event.subject.threadId ?? "");
  if (threadId === null) return;
  const { locale } = await requireOrg(ctx, event.orgId);
  const { title, notes } = event.payload;
  const line = taskLine(locale, event.kind, { title: String(title), notes: String(notes ?? "") });
  const thread = line === null ? null : await findThread(ctx, event.orgId, threadId);
  if (line !== null && thread !== null) await tellThread(ctx, thread, line);
}
