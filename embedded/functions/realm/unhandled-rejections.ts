import type { RealmPool } from "./realm-pool.ts";

const pools = new Set<RealmPool>();

function onUnhandledRejection(reason: unknown, promise: Promise<unknown>): void {
  for (const pool of pools) {
    const realm = pool.ownerOf(promise);
    if (realm === null) continue;
    realm.rejectedUnhandled(reason);
    return;
  }
  // Not a function's: as without this listener, it must end the process, unless others listen and decide.
  if (process.listenerCount("unhandledRejection") === 1) throw reason;
}

/** Hands unhandled rejections inside the pool's realms to the runs they belong to. Returns how to stop. */
export function watchUnhandledRejections(pool: RealmPool): () => void {
  if (pools.size === 0) process.on("unhandledRejection", onUnhandledRejection);
  pools.add(pool);
  return () => {
    pools.delete(pool);
    if (pools.size === 0) process.off("unhandledRejection", onUnhandledRejection);
  };
}
