import { v } from "convex/values";
import type { Id } from "../../_generated/dataModel";
import type { StatusReport } from "../../delivery/providers/types";
import { finishRawEvent, requireRawEvent } from "../../intake/model";
import { appError } from "../../lib/errors";
import { internalMutation } from "../../lib/functions";
import { recordReceipt } from "../receipts/model";

/** As the inbox stored them: it has found the messages already. */
type StoredReport = StatusReport & { connectionId: Id<"connections"> };

/** Applies what a mail reported about messages of ours: bounces of SMTP mail, complaints of feedback loops. */
export const process = internalMutation({
  args: { rawEventId: v.id("rawEvents") },
  returns: v.null(),
  handler: async (ctx, { rawEventId }): Promise<null> => {
    const { orgId, body, dedupeKey, state } = await requireRawEvent(ctx, rawEventId);
    if (state.kind === "processed") return null;
    const outcomes: string[] = [];
    for (const [i, report] of reportsOf(body).entries()) {
      outcomes.push(await recordReceipt(ctx, { ...report, orgId, dedupeKey: `${dedupeKey}:${i}` }));
    }
    await finishRawEvent(ctx, rawEventId, { kind: "processed", result: outcomes.join(", ") });
    return null;
  },
});

function reportsOf(body: { kind: string; text?: string }): StoredReport[] {
  try {
    return JSON.parse(body.text ?? "") as StoredReport[];
  } catch {
    throw appError("invalid", "The stored reports cannot be read.", { field: "body" });
  }
}
