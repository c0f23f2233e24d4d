import { beforeEach, describe, expect, test, vi } from "vitest";
import { ManualClock } from "../clock.ts";
import { Engine } from "./engine.ts";
import { Store } from "./store.ts";
import { collect, rangeQuery, scanQuery, TEST_START_MS, write } from "./testing.ts";

let store: Store;
let db: Engine;
let fatal: Error[];
beforeEach(() => {
  store = new Store(":memory:");
  fatal = [];
  db = new Engine(store, new ManualClock(TEST_START_MS), (error) => fatal.push(error));
  write(db, (tx) => tx.insert("", "t", { n: 0 }));
});

const insert = () => write(db, (tx) => tx.insert("", "t", { n: 1 }));

function watchTable(onInvalid: (ts: bigint) => void) {
  const tx = db.begin({ readOnly: true });
  collect(tx, scanQuery("t"));
  db.abandon(tx);
  return db.subscribe(tx.reads, tx.beginTs, onInvalid);
}

describe("group commit", () => {
  test("commits of one turn reach the disk together, at its end", async () => {
    await db.durable(db.latestTs);
    const commit = vi.spyOn(store, "commit");
    for (let i = 0; i < 5; i++) insert();
    expect(commit).not.toHaveBeenCalled();
    await db.durable(db.latestTs);
    expect(commit).toHaveBeenCalledTimes(1);
    await db.durable(db.latestTs);
    expect(commit).toHaveBeenCalledTimes(1);
  });

  describe("with several writers on a disk that takes its time", () => {
    const turn = () => new Promise((resolve) => setImmediate(resolve));
    const written = vi.fn();
    let nowMs = 0;

    beforeEach(async () => {
      vi.spyOn(performance, "now").mockImplementation(() => nowMs);
      const commit = store.commit.bind(store);
      vi.spyOn(store, "commit").mockImplementation((ts) => {
        nowMs += 10;
        written();
        commit(ts);
      });
      for (let i = 0; i < 2; i++) insert();
      await db.durable(db.latestTs);
      written.mockClear();
      return () => vi.restoreAllMocks();
    });

    test("commits wait for those of the next turns, as long as there are any", async () => {
      insert();
      for (let i = 0; i < 3; i++) {
        await turn();
        insert();
      }
      expect(written).not.toHaveBeenCalled();
      await db.durable(db.latestTs);
      expect(written).toHaveBeenCalledTimes(1);
    });

    test("but no longer than a moment", async () => {
      insert();
      await turn();
      insert();
      nowMs += 3;
      await turn();
      await turn();
      expect(written).toHaveBeenCalledTimes(1);
    });

    test("and one writer alone waits for nobody", async () => {
      insert();
      await db.durable(db.latestTs);
      written.mockClear();
      insert();
      await turn();
      await turn();
      expect(written).toHaveBeenCalledTimes(1);
    });
  });

  describe("while a group is on its way to the disk", () => {
    let disk: { resolve: () => void; reject: (error: Error) => void }[];
    const turn = () => new Promise((resolve) => setImmediate(resolve));

    beforeEach(async () => {
      await db.durable(db.latestTs);
      disk = [];
      vi.spyOn(store, "sync").mockImplementation(
        () => new Promise((resolve, reject) => disk.push({ resolve: () => resolve(), reject })),
      );
    });

    test("it does not count as durable, and what comes meanwhile is the next group", async () => {
      const told: bigint[] = [];
      watchTable((ts) => told.push(ts));
      insert();
      const first = db.latestTs;
      const isFirst = db.durable(first);
      await turn();
      insert();
      const second = db.latestTs;
      let isSecondDone = false;
      const isSecond = db.durable(second).then(() => (isSecondDone = true));
      await turn();
      expect([disk.length, db.isDurable(first), told]).toEqual([1, false, []]);
      disk[0]?.resolve();
      await isFirst;
      expect([db.isDurable(first), db.isDurable(second), told]).toEqual([true, false, [first]]);
      await turn();
      expect([disk.length, isSecondDone]).toEqual([2, false]);
      disk[1]?.resolve();
      await isSecond;
      expect(db.isDurable(second)).toBe(true);
    });

    test("a disk that refuses ends everything", async () => {
      const told = vi.fn();
      watchTable(told);
      insert();
      const waits = db.durable(db.latestTs);
      waits.catch(() => undefined);
      await turn();
      disk[0]?.reject(new Error("I/O error"));
      await expect(waits).rejects.toThrow("The database stopped after a failed write: I/O error");
      expect([fatal.length, told.mock.calls.length]).toEqual([1, 0]);
      expect(() => db.begin()).toThrow("I/O error");
    });

    test("closing writes and tells everything, and what the disk says later changes nothing", async () => {
      insert();
      const first = db.durable(db.latestTs);
      await turn();
      insert();
      const second = db.durable(db.latestTs);
      await db.close();
      await Promise.all([first, second]);
      disk[0]?.reject(new Error("bad file descriptor"));
      await turn();
      expect(fatal).toEqual([]);
    });
  });

  test("timestamps grow although the clock stands still", () => {
    const seen = [insert, insert, insert].map((run) => (run(), db.latestTs));
    expect(new Set(seen).size).toBe(3);
    expect(seen[0]).toBeGreaterThanOrEqual(BigInt(TEST_START_MS) * 1_000_000n);
  });

  test("a failed write ends everything: waiters are refused, subscribers not told, the caller is", async () => {
    await db.durable(db.latestTs);
    const told = vi.fn();
    watchTable(told);
    insert();
    vi.spyOn(store, "commit").mockImplementation(() => {
      throw new Error("disk full");
    });
    await expect(db.durable(db.latestTs)).rejects.toThrow("The database stopped after a failed write: disk full");
    expect(fatal).toHaveLength(1);
    expect(told).not.toHaveBeenCalled();
    expect(() => db.begin()).toThrow("disk full");
    await expect(db.durable(db.latestTs)).rejects.toThrow("disk full");
  });

  test("a commit that breaks half way is never written", async () => {
    await db.durable(db.latestTs);
    vi.spyOn(store, "putEntry").mockImplementation(() => {
      throw new Error("I/O error");
    });
    const commit = vi.spyOn(store, "commit");
    expect(insert).toThrow("I/O error");
    await new Promise((resolve) => setImmediate(resolve));
    expect(commit).not.toHaveBeenCalled();
    expect(fatal[0]?.message).toContain("I/O error");
  });

  test("rows that cannot be written when somebody reads end everything too, and are forgotten", async () => {
    await db.durable(db.latestTs);
    insert();
    store.db.exec("ALTER TABLE documents RENAME TO elsewhere");
    expect(() => store.documentByRow(1)).toThrow("no such table");
    expect(fatal[0]?.message).toContain("no such table");
    store.db.exec("ALTER TABLE elsewhere RENAME TO documents");
    const commit = vi.spyOn(store, "commit");
    await new Promise((resolve) => setImmediate(resolve));
    expect(commit).not.toHaveBeenCalled();
    expect(() => db.begin()).toThrow("The database stopped after a failed write");
  });
});

describe("subscriptions", () => {
  test("are told once, after the commit is durable", async () => {
    const told = vi.fn();
    watchTable(told);
    insert();
    const first = db.latestTs;
    insert();
    expect(told).not.toHaveBeenCalled();
    await db.durable(db.latestTs);
    expect(told.mock.calls).toEqual([[first, 0]]);
    insert();
    await db.durable(db.latestTs);
    expect(told).toHaveBeenCalledTimes(1);
  });

  test("a change between the snapshot and the subscription counts", async () => {
    const tx = db.begin({ readOnly: true });
    collect(tx, scanQuery("t"));
    insert();
    const told = vi.fn();
    db.subscribe(tx.reads, tx.beginTs, told);
    expect(told).not.toHaveBeenCalled();
    await db.durable(db.latestTs);
    expect(told.mock.calls).toEqual([[db.latestTs, 0]]);
    const unwanted = vi.fn();
    db.subscribe(tx.reads, tx.beginTs, unwanted).cancel();
    await new Promise((resolve) => setImmediate(resolve));
    expect(unwanted).not.toHaveBeenCalled();
  });

  test("a cancelled one is not told, not even between commit and disk", async () => {
    const told = vi.fn();
    const early = watchTable(told);
    early.cancel();
    early.cancel();
    const late = watchTable(told);
    insert();
    late.cancel();
    await db.durable(db.latestTs);
    expect(told).not.toHaveBeenCalled();
  });

  test("one that throws does not keep the others from being told", async () => {
    const told = vi.fn();
    watchTable(() => {
      throw new Error("broken subscriber");
    });
    watchTable(told);
    insert();
    await db.durable(db.latestTs);
    expect(told).toHaveBeenCalledTimes(1);
    expect(fatal.map(({ message }) => message)).toEqual(["broken subscriber"]);
  });

  test("only overlapping ranges", async () => {
    const told: number[] = [];
    const times = write(db, (tx) =>
      [1, 2, 3].map((n) => tx.get("", tx.insert("", "t", { n }))?.value["_creationTime"]),
    );
    for (const [position, time] of times.entries()) {
      const tx = db.begin({ readOnly: true });
      collect(tx, rangeQuery("t.by_creation_time", [["Eq", "_creationTime", time]]));
      db.subscribe(tx.reads, tx.beginTs, () => told.push(position));
      db.abandon(tx);
    }
    write(db, (tx) => {
      const second = collect(tx, rangeQuery("t.by_creation_time", [["Eq", "_creationTime", times[1]]]))[0];
      tx.patch("", second?.id ?? "", { n: 9 });
    });
    await db.durable(db.latestTs);
    expect(told).toEqual([1]);
  });
});

test("a snapshot older than the kept history is refused, and a subscription from then is told at once", async () => {
  const clock = new ManualClock(TEST_START_MS);
  const later = new Engine(new Store(":memory:"), clock, (error) => fatal.push(error));
  write(later, (tx) => tx.insert("", "t", { n: 0 }));
  const first = later.latestTs;
  const pinned = later.begin({ readOnly: true });
  const before = collect(pinned, scanQuery("t")).length;
  for (let i = 0; i < 200; i++) {
    await clock.advanceTo(clock.nowMs() + 1000, () => Promise.resolve());
    write(later, (tx) => tx.insert("", "t", { n: i }));
  }
  expect(collect(pinned, scanQuery("t"))).toHaveLength(before);
  const told = vi.fn();
  later.subscribe(pinned.reads, pinned.beginTs, told);
  later.abandon(pinned);
  write(later, (tx) => tx.insert("", "t", {}));
  expect(() => later.begin({ at: first })).toThrow("is no longer kept");
  expect(later.isUnchanged(pinned.reads, first, later.latestTs)).toBe(false);
  await later.durable(later.latestTs);
  expect(told).toHaveBeenCalledTimes(1);
});
