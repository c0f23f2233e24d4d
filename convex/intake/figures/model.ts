import type { Id } from "../../_generated/dataModel";
import type { QueryCtx } from "../../_generated/server";
import type { RawEventKind } from "../schema";

/** Kinds that carry what a customer wrote. */
const OF_CUSTOMERS: readonly RawEventKind[] = [
  "email_postmark",
  "email_raw",
  "email_sendgrid",
  "email_mailgun",
  "mail_fetch",
  "sms_sandbox",
  "message_api",
  "text_inbound",
];

/** Where so many failed, the exact number says no more. */
const MAX_FAILED = 1_000;

/** How many texts of customers came in since then (UTC ms) and could not be read to the end: they stand in no conversation. */
export async function unreadableSince(ctx: QueryCtx, orgId: Id<"organisations">, since: number): Promise<number> {
  const failed = await ctx.db
    .query("rawEvents")
    .withIndex("by_state", (q) => q.eq("orgId", orgId).eq("state.kind", "failed").gte("receivedAt", since))
    .take(MAX_FAILED);
  return failed.filter(({ kind }) => OF_CUSTOMERS.includes(kind)).length;
}
