import type { Doc } from "../../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../../_generated/server";

/** The deployment's pair of keys, or null before the first device asked for it. */
export async function pushKeys(ctx: QueryCtx): Promise<Doc<"pushKeys"> | null> {
  return await ctx.db.query("pushKeys").first();
}

/** Keeps a new pair, unless another call was quicker: there is one for good. */
export async function keepPushKeys(
  ctx: MutationCtx,
  pair: { publicKey: string; encryptedPrivateKey: string },
): Promise<void> {
  if ((await pushKeys(ctx)) === null) await ctx.db.insert("pushKeys", pair);
}
