import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { DeveloperError } from "../errors.ts";
import { executionLimits } from "./execution-limits.ts";
import type { MaybePromise } from "./maybe-promise.ts";
import { Slots } from "./slots.ts";
import { TurnQueue } from "./turn-queue.ts";

const TOO_MANY =
  "Too many concurrent requests. Your backend is limited to 2 concurrent queries. " +
  "To allow more, set APPLICATION_MAX_CONCURRENT_QUERIES.";

function gate(): { opened: Promise<void>; open: () => void } {
  let open = () => {};
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open };
}

// Nothing here runs for ever.
const UNWATCHED = {
  watch(work: () => void) {
    work();
    return "finished" as const;
  },
};

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

async function turns(): Promise<void> {
  for (let i = 0; i < 5; i++) await turn();
}

let queue: TurnQueue;
let slots: Slots;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"], now: 1_000_000 });
  queue = new TurnQueue(UNWATCHED);
  slots = new Slots({ kind: "queries", limit: 2, waitMs: 5000, setting: "APPLICATION_MAX_CONCURRENT_QUERIES" });
});

afterEach(() => {
  vi.useRealTimers();
});

function run<T>(task: () => MaybePromise<T>, isPatient = false): Promise<T> {
  return queue.run<T>({ run: task, cutOff: () => Promise.reject(new Error("cut off")) as T, slots, isPatient });
}

const outcomeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => "done",
    (error: unknown) => error,
  );

describe("places", () => {
  test("hold back what finds none free, in order, until one is given back", async () => {
    const gates = [gate(), gate()];
    const order: number[] = [];
    const held = gates.map(({ opened }) => run(() => opened));
    const later = [3, 4].map((n) => run(() => void order.push(n)));
    await turns();
    expect(order).toEqual([]);
    expect(queue.size).toBe(4);
    gates[1]?.open();
    await Promise.all(later);
    expect(order).toEqual([3, 4]);
    gates[0]?.open();
    await Promise.all(held);
    expect(queue.size).toBe(0);
  });

  test("are not needed by what finishes at once", async () => {
    const done = await Promise.all(Array.from({ length: 10 }, (_, n) => run(() => n)));
    expect(done).toHaveLength(10);
    expect(slots.isFull).toBe(false);
  });

  test("are waited for 5 s, then the call is refused; a patient one waits on", async () => {
    const gates = [gate(), gate()];
    const held = gates.map(({ opened }) => run(() => opened));
    const refused = outcomeOf(run(() => 1));
    const patient = run(() => 2, true);
    await turns();
    vi.advanceTimersByTime(4999);
    await turns();
    expect(queue.size).toBe(4);
    vi.advanceTimersByTime(1);
    const error = await refused;
    expect(error).toBeInstanceOf(DeveloperError);
    expect(error).toMatchObject({ code: "TooManyConcurrentRequests", status: 429, message: TOO_MANY });
    expect(queue.size).toBe(3);
    gates.forEach(({ open }) => open());
    await Promise.all(held);
    expect(await patient).toBe(2);
  });

  test("are given back by what fails", async () => {
    const failing = Array.from({ length: 3 }, () => outcomeOf(run(() => Promise.reject(new Error("no")))));
    expect(await Promise.all(failing)).toEqual(Array.from({ length: 3 }, () => new Error("no")));
    expect(slots.isFull).toBe(false);
  });
});

describe("a queue that is never worked off", () => {
  // Each task takes two seconds of the thread.
  const slowTask = () => {
    vi.setSystemTime(Date.now() + 2000);
    vi.advanceTimersByTime(2000);
  };

  test("refuses what waited more than 5 s, once that has lasted for 10 s", async () => {
    const outcomes = await Promise.all(Array.from({ length: 8 }, () => outcomeOf(run(slowTask))));
    expect(outcomes.slice(0, 6)).toEqual(Array.from({ length: 6 }, () => "done"));
    expect(outcomes[6]).toMatchObject({
      code: "ExpiredInQueue",
      status: 503,
      message: "Too many concurrent requests, backoff and try again.",
    });
  });

  test("keeps what nobody waits for", async () => {
    const outcomes = await Promise.all(Array.from({ length: 8 }, () => outcomeOf(run(slowTask, true))));
    expect(outcomes).toEqual(Array.from({ length: 8 }, () => "done"));
  });
});

describe("limits from the environment", () => {
  test("are Convex's own unless set", () => {
    expect(executionLimits({})).toEqual({
      queries: 16,
      mutations: 16,
      isolateActions: 64,
      nodeActions: 64,
      isolateActionMs: 1_800_000,
      nodeActionMs: 600_000,
      stuckActionMs: 5_000,
    });
    expect(
      executionLimits({
        APPLICATION_MAX_CONCURRENT_QUERIES: "1",
        APPLICATION_MAX_CONCURRENT_MUTATIONS: "2",
        APPLICATION_MAX_CONCURRENT_V8_ACTIONS: "3",
        APPLICATION_MAX_CONCURRENT_NODE_ACTIONS: "4",
        V8_ACTION_USER_TIMEOUT_SECS: "5",
        NODE_ACTION_USER_TIMEOUT_SECS: "6",
      }),
    ).toEqual({
      queries: 1,
      mutations: 2,
      isolateActions: 3,
      nodeActions: 4,
      isolateActionMs: 5_000,
      nodeActionMs: 6_000,
      stuckActionMs: 5_000,
    });
  });

  test("know the name that both kinds of actions once had", () => {
    const { isolateActionMs, nodeActionMs } = executionLimits({
      ACTIONS_USER_TIMEOUT_SECS: "7",
      NODE_ACTION_USER_TIMEOUT_SECS: "8",
    });
    expect([isolateActionMs, nodeActionMs]).toEqual([7_000, 8_000]);
  });

  test.each(["0", "-1", "many", "1.5"])("refuse %s", (text) => {
    expect(() => executionLimits({ APPLICATION_MAX_CONCURRENT_QUERIES: text })).toThrow(
      `APPLICATION_MAX_CONCURRENT_QUERIES must be a whole number above 0, not "${text}".`,
    );
  });
});

describe("what nobody waits for", () => {
  const busy = (name: string, ms: number, order: string[]) => () => {
    order.push(name);
    vi.advanceTimersByTime(ms);
  };

  test("lets the others go first, for as long as it took itself", async () => {
    const order: string[] = [];
    const wide = new Slots({ kind: "queries", limit: 50, waitMs: 5000, setting: "APPLICATION_MAX_CONCURRENT_QUERIES" });
    const add = (name: string, ms: number, isPatient: boolean) =>
      queue.run<void>({ run: busy(name, ms, order), cutOff: () => undefined, slots: wide, isPatient });
    const all = [
      ...[1, 2, 3].map((n) => add(`job ${n}`, 4, true)),
      ...[1, 2, 3, 4].map((n) => add(`screen ${n}`, 2, false)),
    ];
    await Promise.all(all);
    expect(order).toEqual(["screen 1", "job 1", "screen 2", "screen 3", "job 2", "screen 4", "job 3"]);
  });

  test("begins after the answers that were given before it have left", async () => {
    const order: string[] = [];
    const answered = run(busy("screen", 1, order)).then(() => order.push("answer leaves"));
    await Promise.all([answered, run(busy("job", 1, order), true)]);
    expect(order).toEqual(["screen", "answer leaves", "job"]);
  });

  test("has no claim to time that nobody took from it", async () => {
    const order: string[] = [];
    await run(busy("write", 8, order));
    await Promise.all([run(busy("job", 2, order), true), run(busy("screen", 2, order))]);
    expect(order).toEqual(["write", "screen", "job"]);
  });

  test("goes on by itself when nobody else is there", async () => {
    const order: string[] = [];
    await Promise.all([1, 2, 3].map((n) => run(busy(`job ${n}`, 20, order), true)));
    expect(order).toEqual(["job 1", "job 2", "job 3"]);
  });
});
