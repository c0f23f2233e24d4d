import type { Database, Transaction } from "../database/types.ts";

/**
 * Runs `change` in a transaction of its own and answers when it is durable. It cannot conflict: nothing comes between
 * its beginning and its commit.
 */
export async function commitNow<T>(database: Database, writer: string, change: (tx: Transaction) => T): Promise<T> {
  const tx = database.begin();
  let result: T;
  try {
    result = change(tx);
  } catch (error) {
    database.abandon(tx);
    throw error;
  }
  const outcome = database.commit(tx, writer);
  if (outcome.kind === "conflict") throw new Error(`${writer} met a conflict without a pause`);
  await database.durable(outcome.ts);
  return result;
}
