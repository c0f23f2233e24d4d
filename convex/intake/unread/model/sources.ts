import type { Doc, Id } from "../../../_generated/dataModel";
import type { QueryCtx } from "../../../_generated/server";
import { findChannel, getConnection } from "../../../connections/model";

/** What a delivery came over, by name; null for what only a higher domain knows (booking sources), or what is gone. */
export async function sourceName(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  sourceId: Doc<"rawEvents">["sourceId"],
): Promise<string | null> {
  const connectionId = ctx.db.normalizeId("connections", sourceId);
  const connection = connectionId === null ? null : await getConnection(ctx, connectionId);
  if (connection?.orgId === orgId) return connection.name;
  const channelId = ctx.db.normalizeId("channels", sourceId);
  const channel = channelId === null ? null : await findChannel(ctx, orgId, channelId);
  return channel === null ? null : channel.channelName;
}
