import type { Doc, Id } from "../../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../../_generated/server";
import { record } from "../../../audit/model";
import type { TicketSettings } from "../schema";
import { ensureTicketPolicy } from "./deadline";

/** What becomes a ticket by itself: what the organisation's admins set, else nothing. */
export async function ticketSettings(ctx: QueryCtx, orgId: Id<"organisations">): Promise<TicketSettings> {
  return { channels: (await rowOf(ctx, orgId))?.channels ?? [] };
}

/** Changes it, for conversations that begin from now on; the deadline of tickets is there from the first one on. */
export async function setTicketSettings(
  ctx: MutationCtx,
  { orgId, member }: { orgId: Id<"organisations">; member: Doc<"members"> },
  wanted: TicketSettings,
): Promise<void> {
  const channels = [...new Set(wanted.channels)];
  const row = await rowOf(ctx, orgId);
  if (row === null) await ctx.db.insert("ticketSettings", { orgId, channels });
  else await ctx.db.patch("ticketSettings", row._id, { channels });
  if (channels.length > 0) await ensureTicketPolicy(ctx, member);
  const actor = { kind: "member", memberId: member._id } as const;
  const subject = { table: "organisations", id: orgId };
  const details = { channels: channels.join(", ") };
  await record(ctx, { orgId, actor, action: "ticket_settings.changed", subject, details });
}

async function rowOf(ctx: QueryCtx, orgId: Id<"organisations">): Promise<Doc<"ticketSettings"> | null> {
  return await ctx.db
    .query("ticketSettings")
    .withIndex("by_org", (q) => q.eq("orgId", orgId))
    .unique();
}
