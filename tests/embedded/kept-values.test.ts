import fc from "fast-check";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { KeptValues as Teller } from "../../embedded/sync/kept-values.ts";
import { encodeServerMessage, type StateModification } from "../../embedded/sync/server-messages.ts";
import { KeptValues as Keeper } from "../../src/lib/kept-values.ts";
import { addQueries, type FrameSocket } from "../support/frame-socket.ts";
import {
  findModification,
  insertMessage,
  listQuery,
  startSyncBackend,
  type SyncBackend,
} from "../support/sync-backend.ts";
import { until } from "../support/until.ts";

const PATH = "/api/1.48.0/sync?deltas=1";

function transition(modifications: StateModification[]): string {
  const version = { querySet: 1, identity: 1, ts: 1n };
  const ends = { startVersion: version, endVersion: version };
  return encodeServerMessage({
    type: "Transition",
    ...ends,
    modifications,
    clientClockSkewMs: null,
    serverTimeNs: null,
  });
}

function updated(queryId: number, value: unknown): StateModification {
  return { type: "QueryUpdated", queryId, value: JSON.stringify(value), logLines: ["\u0001 }{"], journal: "a~b" };
}

const rows = fc.array(
  fc.record({
    id: fc.nat(30),
    text: fc.string({ unit: "binary", maxLength: 90 }),
    at: fc.option(fc.record({ on: fc.boolean() })),
  }),
  { maxLength: 60 },
);

// What happens to one of three queries: a new value, an error, its end.
const step = fc.record({
  queryId: fc.nat(2),
  what: fc.oneof({ weight: 6, arbitrary: rows }, fc.constant("fails" as const), fc.constant("ends" as const)),
  moves: fc.nat(60),
});

describe("what a client keeps", () => {
  test("gives the very frames that a client without it gets", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 25 }), (steps) => {
        const [teller, keeper] = [new Teller(), new Keeper()];
        const last = new Map<number, unknown[]>();
        for (const { queryId, what, moves } of steps) {
          const modification = modificationOf(queryId, what, moves, last);
          const frame = transition(teller.prepare([modification]));
          expect(keeper.restore(frame)).toBe(transition([modification]));
        }
      }),
      { seed: 20261123, numRuns: 300 },
    );
  });

  test("of fifty rows of which one has changed and moved up, that one is sent", () => {
    const teller = new Teller();
    const list = Array.from({ length: 50 }, (_, i) => ({
      id: i,
      subject: `Question ${i}`,
      tags: [],
      contact: { id: i, name: "Ann" },
    }));
    transition(teller.prepare([updated(1, { page: list, isDone: false })]));
    const changed = { ...list[30], id: 30, subject: "Once more" };
    const next = [changed, ...list.filter(({ id }) => id !== 30)];
    const frame = transition(teller.prepare([updated(1, { page: next, isDone: false })]));
    expect(frame).toContain("Once more");
    expect(frame).not.toContain("Question");
  });

  test("a change of what was never told is refused", () => {
    const teller = new Teller();
    const list = Array.from({ length: 50 }, (_, i) => ({ i, text: `Question ${i} of a customer` }));
    teller.prepare([updated(1, list)]);
    const frame = transition(teller.prepare([updated(1, [...list, { i: 50 }])]));
    expect(() => new Keeper().restore(frame)).toThrow("never told");
  });
});

// Most of a new value is what was there before, in another order.
function modificationOf(
  queryId: number,
  what: unknown[] | "fails" | "ends",
  moves: number,
  last: Map<number, unknown[]>,
): StateModification {
  if (what === "ends") {
    last.delete(queryId);
    return { type: "QueryRemoved", queryId };
  }
  if (what === "fails") {
    return { type: "QueryFailed", queryId, errorMessage: "no }{", logLines: [], journal: null };
  }
  const before = last.get(queryId) ?? [];
  const next = [...what.slice(0, 2), ...before.slice(moves), ...before.slice(0, moves), ...what.slice(2)].slice(0, 120);
  last.set(queryId, next);
  return updated(queryId, { page: next, isDone: moves % 2 === 0 });
}

describe("over a connection", () => {
  let sync: SyncBackend;
  beforeAll(async () => void (sync = await startSyncBackend()));
  afterEach(() => sync.cutAll());
  afterAll(() => sync.backend.stop());

  const newest = (socket: FrameSocket, containing: string) =>
    until(containing, () => findModification(socket, 0, containing)?.["value"]);

  test("who asks for it is told what has changed, who does not is told the value, and both know the same", async () => {
    const [keeping, plain] = [await sync.connected({}, PATH), await sync.connected()];
    const texts = Array.from({ length: 60 }, (_, i) => `Mail number ${i} in a list`);
    keeping.send(insertMessage(0, "kept", ...texts));
    for (const socket of [keeping, plain]) socket.send(addQueries(0, { 0: listQuery("kept") }));
    await Promise.all([keeping, plain].map((socket) => newest(socket, "Mail number 59")));
    const before = [keeping.bytes, plain.bytes];
    for (const i of [1, 2, 3]) {
      plain.send(insertMessage(i, "kept", `Later one, number ${i}`));
      const values = await Promise.all([keeping, plain].map((socket) => newest(socket, `Later one, number ${i}`)));
      expect(values[0]).toEqual(values[1]);
    }
    const [kept = 0, whole = 0] = [keeping, plain].map(({ bytes }, i) => bytes - (before[i] ?? 0));
    expect(kept).toBeLessThan(whole / 2);
  });

  test("what is told in chunks is told whole, and so is what follows it", async () => {
    const socket = await sync.connected({}, PATH);
    const long = { path: "documents:echo", args: { value: "ü".repeat(3 << 20) } };
    socket.send(insertMessage(0, "long", "x".repeat(3000)), addQueries(0, { 0: listQuery("long") }));
    await newest(socket, "xxx");
    socket.send(addQueries(1, { 1: long }), insertMessage(1, "long", "the next one"));
    await until("the last chunk", () =>
      socket.frames.some(
        ({ type, partNumber, totalParts }) =>
          type === "TransitionChunk" && Number(partNumber) === Number(totalParts) - 1,
      ),
    );
    expect(await newestEverywhere(socket, "the next one")).toHaveLength(2);
  });

  /** The value of query 0, told alone or in chunks. */
  function newestEverywhere(socket: FrameSocket, containing: string) {
    return until(containing, () => {
      const chunks = socket.frames.filter(({ type }) => type === "TransitionChunk");
      const whole = chunks.map(({ chunk }) => String(chunk)).join("");
      const parsed =
        whole === ""
          ? []
          : (JSON.parse(whole) as { modifications: { queryId: number; value: unknown }[] }).modifications;
      const told = [...parsed, findModification(socket, 0)].filter(
        (each) => each !== undefined && each["queryId"] === 0,
      );
      return told.map((each) => each?.value).find((value) => JSON.stringify(value).includes(containing));
    });
  }
});
