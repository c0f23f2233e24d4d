import { literals } from "convex-helpers/validators";
import { v } from "convex/values";
import { listConnections } from "../connections/model";
import { vProvider } from "../connections/schema";
import { CHANNELS, vChannel } from "../lib/closedSets";
import { memberQuery } from "../lib/functions";
import { pointOf, series } from "./charts";
import { noFigures, sum } from "./figures";
import { RANGE_NAMES, RANGES, startsOf } from "./grains";
import { rollupsBetween } from "./model";

const vNumberOrNull = v.union(v.null(), v.number());
const vPoint = v.object({
  at: v.number(),
  accepted: v.number(),
  refused: v.number(),
  delivered: v.number(),
  failed: v.number(),
  deliveryRate: vNumberOrNull,
  p50Ms: vNumberOrNull,
  p95Ms: vNumberOrNull,
  queuedP95Ms: vNumberOrNull,
  costMicros: v.number(),
});

/**
 * How sending went over a range that ends with `now` (given by the screen, so that the answer can be cached): by channel,
 * by connection, in all. Points over the same stretches, oldest first.
 */
export const delivery = memberQuery("delivery.read")({
  args: { range: literals(...RANGE_NAMES), now: v.number() },
  returns: v.object({
    channels: v.array(v.object({ channel: vChannel, points: v.array(vPoint), total: vPoint })),
    connections: v.array(
      v.object({
        connectionId: v.id("connections"),
        name: v.union(v.null(), v.string()),
        provider: v.union(v.null(), vProvider),
        channel: vChannel,
        points: v.array(vPoint),
        total: vPoint,
      }),
    ),
    errors: v.array(v.object({ errorClass: v.string(), count: v.number() })),
    total: vPoint,
  }),
  handler: async (ctx, { range, now }) => {
    const { orgId, org } = ctx;
    const starts = startsOf(range, now, org.timezone);
    const from = starts[0] ?? now;
    const rows = await rollupsBetween(ctx, orgId, { grain: RANGES[range].grain, from, to: now + 1 });
    const byChannel = series(rows, starts, ({ channel }) => channel);
    const byConnection = series(rows, starts, ({ connectionId }) => connectionId);
    const known = new Map(
      (await listConnections(ctx, orgId)).map((connection) => [connection.id as string, connection]),
    );
    const whole = rows.reduce(sum, noFigures());
    return {
      channels: CHANNELS.flatMap((channel) => {
        const line = byChannel.get(channel);
        return line === undefined ? [] : [{ channel, points: line.points, total: pointOf(from, line.total) }];
      }),
      connections: rowsByConnection(rows).flatMap(({ connectionId, channel }) => {
        const line = byConnection.get(connectionId);
        if (line === undefined) return [];
        const { name = null, provider = null } = known.get(connectionId) ?? {};
        return [{ connectionId, name, provider, channel, points: line.points, total: pointOf(from, line.total) }];
      }),
      errors: Object.entries(whole.errors)
        .map(([errorClass, count]) => ({ errorClass, count }))
        .sort((a, b) => b.count - a.count),
      total: pointOf(from, whole),
    };
  },
});

function rowsByConnection<Row extends { connectionId: string }>(rows: readonly Row[]): Row[] {
  return [...new Map(rows.map((row) => [row.connectionId, row])).values()];
}
