import type { MutationCtx } from "../../_generated/server";
import { appError } from "../../lib/errors";
import { DAY_MS } from "../../lib/time";
import { etagOf } from "../etag";
import type { ApiCaller } from "../model";
import { IF_MATCH } from "../respond";
import type { Write } from "./schema";

/** How long a repeated key is answered from memory; callers that retry later than this have given up long before. */
const KEPT_MS = DAY_MS;
const PRUNE_BATCH = 500;

export type Answer<Body> = { status: number; body: Body };

/**
 * Runs a writing call once for each Idempotency-Key: the same request again gets the first answer, and nothing happens
 * twice. Throws `conflict` for a key that was used for another request.
 */
export async function once<Body>(
  ctx: MutationCtx,
  { orgId, apiKeyId }: ApiCaller,
  { idempotencyKey, fingerprint }: Write,
  run: () => Promise<Answer<Body>>,
): Promise<Answer<Body>> {
  if (idempotencyKey === undefined) return await run();
  const known = await ctx.db
    .query("apiAnswers")
    .withIndex("by_key", (q) => q.eq("apiKeyId", apiKeyId).eq("idempotencyKey", idempotencyKey))
    .unique();
  if (known !== null) {
    if (known.fingerprint === fingerprint) return { status: known.status, body: JSON.parse(known.body) as Body };
    throw appError("conflict", "This idempotency key was used for another request.", { field: "Idempotency-Key" });
  }
  const answer = await run();
  const { status, body } = answer;
  const row = { orgId, apiKeyId, idempotencyKey, fingerprint, status, body: JSON.stringify(body) };
  await ctx.db.insert("apiAnswers", row);
  return answer;
}

/** Throws `conflict` (412) when the caller's If-Match names another state than `view`, which is the one of now. */
export async function requireMatch({ ifMatch }: Write, view: unknown): Promise<void> {
  if (ifMatch === undefined || ifMatch === "*") return;
  const wanted = ifMatch.split(",").map((tag) => tag.trim());
  if (wanted.includes(await etagOf(view))) return;
  throw appError("conflict", "It was changed meanwhile. Read it again, then repeat your change.", { field: IF_MATCH });
}

/** Forgets old answers; true when there may be more. */
export async function pruneAnswers(ctx: MutationCtx, now: number): Promise<boolean> {
  const old = await ctx.db.query("apiAnswers").order("asc").take(PRUNE_BATCH);
  const over = old.filter(({ _creationTime }) => _creationTime < now - KEPT_MS);
  for (const { _id } of over) await ctx.db.delete("apiAnswers", _id);
  return over.length === PRUNE_BATCH;
}
