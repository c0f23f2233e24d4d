import type { RealmPool } from "./realm-pool.ts";

const pools = new Set<RealmPool>();

let rejections = 0;

/**
 * How many promises of this thread were rejected so far while nothing looked at them, though something still may. Node
 * tells of those that stay so at the end of the turn only; but it reads `process.domain` for each at once.
 */
export function rejectionsSoFar(): number {
  return rejections;
}

function countRejections(): void {
  let domain: unknown = null;
  Object.defineProperty(process, "domain", {
    configurable: true,
    enumerable: true,
    get() {
      rejections += 1;
      return domain;
    },
    set(value) {
      domain = value;
    },
  });
}

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
  if (pools.size === 0) {
    process.on("unhandledRejection", onUnhandledRejection);
    countRejections();
  }
  pools.add(pool);
  return () => {
    pools.delete(pool);
    if (pools.size === 0) process.off("unhandledRejection", onUnhandledRejection);
  };
}
