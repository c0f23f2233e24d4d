import { RateLimiter } from "@convex-dev/rate-limiter";
import { components } from "../../_generated/api";
import type { Doc } from "../../_generated/dataModel";
import type { MutationCtx } from "../../_generated/server";
import type { Lane } from "../schema";

const limiter = new RateLimiter(components.rateLimiter);

const SECOND_MS = 1_000;

/**
 * The share of a connection's burst that a lane must leave for the lanes above it: critical messages always find a
 * token, marketing only takes what the others leave (design.md section 5: "critical first, marketing yields").
 */
const RESERVED_SHARE: Record<Lane, number> = { critical: 0, transactional: 0.1, marketing: 0.3 };

/**
 * Takes leave to send one message over a connection, by the rate its provider allows. Returns 0 when granted, else the
 * milliseconds until it is worth asking again.
 */
export async function takeSendToken(ctx: MutationCtx, connection: Doc<"connections">, lane: Lane): Promise<number> {
  const capacity = Math.max(1, connection.ratePerSecond);
  const config = { kind: "token bucket" as const, rate: connection.ratePerSecond, period: SECOND_MS, capacity };
  const reserve = Math.floor(capacity * RESERVED_SHARE[lane]);
  if (reserve > 0) {
    const left = await limiter.check(ctx, "connection", { key: connection._id, count: 1 + reserve, config });
    if (!left.ok) return Math.ceil(left.retryAfter);
  }
  const taken = await limiter.limit(ctx, "connection", { key: connection._id, config });
  return taken.ok ? 0 : Math.max(1, Math.ceil(taken.retryAfter));
}
