import { v, type Infer } from "convex/values";
import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { connectionsOf, requireConnection } from "../../connections/model";
import { vChannel } from "../../lib/closedSets";
import { appError } from "../../lib/errors";
import { WELL_BEHAVED } from "../behaviour";
import { vSandboxBehaviour, type SandboxBehaviour } from "../schema";

/** A simulated provider account and how it behaves. */
export const vSandboxConnection = v.object({
  connectionId: v.id("connections"),
  name: v.string(),
  channel: vChannel,
  isEnabled: v.boolean(),
  behaviour: vSandboxBehaviour,
});

/** The simulated provider accounts of an organisation in the order messages try them, disabled ones included. */
export async function listBehaviours(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
): Promise<Infer<typeof vSandboxConnection>[]> {
  const simulated = (await connectionsOf(ctx, orgId)).filter(({ provider }) => provider === "sandbox");
  return await Promise.all(
    simulated.map(async ({ _id: connectionId, name, channel, isEnabled }) => {
      return { connectionId, name, channel, isEnabled, behaviour: await behaviourOf(ctx, orgId, connectionId) };
    }),
  );
}

type Change = { orgId: Id<"organisations">; connectionId: Id<"connections">; change: Partial<SandboxBehaviour> };

/**
 * Tells a simulated provider account how to behave from its next message on; what `change` leaves out stays. Throws
 * `not_found` for another organisation's connection and `invalid` for one of a real provider.
 */
export async function setBehaviour(ctx: MutationCtx, { orgId, connectionId, change }: Change): Promise<void> {
  await requireSandbox(ctx, orgId, connectionId);
  const row = await rowOf(ctx, orgId, connectionId);
  if (row !== null) await ctx.db.patch("sandboxBehaviours", row._id, change);
  else await ctx.db.insert("sandboxBehaviours", { orgId, connectionId, ...WELL_BEHAVED, ...change });
}

/** The connection, if it is a simulated one of this organisation; throws as `setBehaviour` does. */
async function requireSandbox(ctx: QueryCtx, orgId: Id<"organisations">, connectionId: Id<"connections">) {
  const connection = await requireConnection(ctx, orgId, connectionId);
  if (connection.provider !== "sandbox") {
    throw appError("invalid", "Only a simulated provider can be told how to behave.", { field: "connectionId" });
  }
}

/** How a connection behaves now. */
export async function behaviourOf(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  connectionId: Id<"connections">,
): Promise<SandboxBehaviour> {
  const row = await rowOf(ctx, orgId, connectionId);
  if (row === null) return WELL_BEHAVED;
  const { sending, receipts, answers } = row;
  return { sending, receipts, answers };
}

async function rowOf(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  connectionId: Id<"connections">,
): Promise<Doc<"sandboxBehaviours"> | null> {
  return await ctx.db
    .query("sandboxBehaviours")
    .withIndex("by_connection", (q) => q.eq("orgId", orgId).eq("connectionId", connectionId))
    .unique();
}
