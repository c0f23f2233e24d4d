import type { QueryCtx } from "../../_generated/server";
import { listChannels } from "../../connections/model";
import { scopeOf } from "../../lib/threadScope";
import { placesInScope } from "../access/model/placeCounts";
import type { Viewer } from "../model/ranges";

/**
 * The mailboxes and numbers whose conversations a member sees, by name. Of a member with a scope: theirs, and those in
 * which conversations of their teams lie or lay.
 */
export async function mailboxesOf(ctx: QueryCtx, viewer: Viewer) {
  const scope = scopeOf(viewer.member);
  const seen = scope === null ? null : await placesInScope(ctx, viewer.orgId, scope);
  const channels = (await listChannels(ctx, viewer.orgId)).filter(({ _id }) => seen === null || seen.has(_id));
  return channels
    .map(({ _id: id, channelName: name, channelType, isActive }) => ({ id, name, channelType, isActive }))
    .sort((a, b) => a.name.localeCompare(b.name));
}
