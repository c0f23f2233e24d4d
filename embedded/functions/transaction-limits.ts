import type { JSONValue } from "convex/values";
import type { Transaction } from "../database/types.ts";
import { DeveloperError } from "../errors.ts";

/** Lower limits that a caller sets for one nested call: what it may use beyond what was used before. */
export interface CallLimits {
  limits: Readonly<Record<string, number>>;
  usedBefore: Readonly<Record<string, number>>;
}

function usage(tx: Transaction): Record<string, number> {
  return Object.fromEntries(Object.entries(tx.metrics()).map(([name, { used }]) => [name, used]));
}

/** Reads the `transactionLimits` option of `runQuery` and `runMutation`; null when there is none. */
export function callLimits(tx: Transaction, option: JSONValue | undefined): CallLimits | null {
  if (typeof option !== "object" || option === null || Array.isArray(option)) return null;
  const limits: Record<string, number> = {};
  for (const [name, limit] of Object.entries(option)) if (typeof limit === "number") limits[name] = limit;
  return { limits, usedBefore: usage(tx) };
}

/** Throws DeveloperError `TransactionLimitExceeded` when the call has used more than it was given. */
export function checkCallLimits(tx: Transaction, call: CallLimits): void {
  const used = usage(tx);
  for (const [name, limit] of Object.entries(call.limits)) {
    const amount = (used[name] ?? 0) - (call.usedBefore[name] ?? 0);
    if (amount > limit) {
      throw new DeveloperError(
        "TransactionLimitExceeded",
        `This call exceeded its transaction limit for ${name} (actual: ${amount}, limit: ${limit})`,
      );
    }
  }
}
