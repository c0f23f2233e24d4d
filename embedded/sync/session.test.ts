import { setImmediate as nextTurn } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { ReadSet, Timestamp } from "../database/types.ts";
import { DeveloperError } from "../errors.ts";
import type { FunctionCall, FunctionError, Identity, QueryOutcome } from "../functions/types.ts";
import type { Credentials } from "./client-messages.ts";
import { SyncSession } from "./session.ts";
import { SharedSubscriptions } from "./shared-subscriptions.ts";
import { encodeTimestamp } from "./timestamps.ts";

type Frame = Record<string, unknown> & { type: string };

/** A backend in memory: one number that every query reads and every mutation raises. */
class FakeBackend {
  readonly database = { latestTs: 100n, durable: () => Promise.resolve(), isDurable: () => false };
  nowMs = 0;
  wallMs = 1000;
  /** Holds mutations back until it settles. */
  gate: Promise<void> = Promise.resolve();
  value = 0;
  slowClient = false;
  backlog = 0;
  calls: (FunctionCall & { session?: unknown })[] = [];
  mutationError: FunctionError | null = null;
  /** How many of the next queries ask for an instant that is forgotten. */
  forgotten = 0;
  /** How many other subscriptions a commit touches before this one's. */
  place = 0;
  readonly frames: Frame[] = [];
  readonly closes: { code: number | null; reason: string }[] = [];
  readonly internalErrors: unknown[] = [];
  #onSent: (() => void)[] = [];
  #listeners = new Set<() => void>();

  readonly session = new SyncSession(
    {
      database: this.database,
      runner: {
        query: async (call) => this.#query(call),
        mutation: async (call) => {
          this.calls.push(call);
          await this.gate;
          if (this.mutationError !== null)
            return { ok: false, error: this.mutationError, logLines: [], executionMs: 0 };
          return { ok: true, value: `${this.commit()}`, ts: this.database.latestTs, logLines: [], executionMs: 0 };
        },
        action: async (call) => {
          this.calls.push(call);
          return { ok: true, value: `"done"`, logLines: [], executionMs: 0 };
        },
      },
      subscriptions: new SharedSubscriptions({
        subscribe: (_reads, _since, onInvalid) => {
          const listener = () => onInvalid(this.database.latestTs, this.place);
          this.#listeners.add(listener);
          return { cancel: () => this.#listeners.delete(listener) };
        },
      }),
      clock: { nowMs: () => this.nowMs },
      authenticate: (credentials) => this.#authenticate(credentials),
      onInternalError: (error) => this.internalErrors.push(error),
      wallMs: () => this.wallMs,
    },
    {
      send: (frame, onSent) => this.#send(frame, onSent),
      sendAround: ({ before, value, after }, onSent) => this.#send(`${before}${value}${after}`, onSent),
      close: (code, reason) => this.closes.push({ code, reason }),
      backlog: (chars) => (this.backlog = chars),
    },
    { ip: null, userAgent: null, knowsChunks: true, keepsValues: false },
  );

  #send(frame: string, onSent?: () => void): void {
    this.frames.push(JSON.parse(frame) as Frame);
    if (this.slowClient && onSent !== undefined) this.#onSent.push(onSent);
    else onSent?.();
  }

  commit(): number {
    this.database.latestTs++;
    this.value++;
    const listeners = [...this.#listeners];
    this.#listeners.clear();
    for (const listener of listeners) listener();
    return this.value;
  }

  clientCatchesUp(): void {
    for (const onSent of this.#onSent.splice(0)) onSent();
  }

  get subscribers(): number {
    return this.#listeners.size;
  }

  async send(...messages: object[]): Promise<Frame[]> {
    const before = this.frames.length;
    for (const message of messages) this.session.receive(JSON.stringify(message));
    for (let turn = 0; turn < 5; turn++) await nextTurn();
    return this.frames.slice(before);
  }

  #query(call: FunctionCall & { at?: Timestamp }): QueryOutcome {
    if (this.forgotten > 0) {
      this.forgotten--;
      this.commit();
      throw new DeveloperError("OutOfRetention", "History is no longer kept", 503);
    }
    const who = call.identity.kind === "user" ? call.identity.attributes.subject : call.identity.kind;
    const reads: ReadSet = { size: 1 };
    const base = { ts: call.at ?? 0n, reads, journal: null, cached: false, logLines: [], executionMs: 0 };
    if (call.path === "m:fails") {
      return { ...base, result: { ok: false, error: { message: "Uncaught Error: no", data: `"why"` } } };
    }
    return { ...base, result: { ok: true, value: JSON.stringify(`${who} ${this.value}`) } };
  }

  async #authenticate(credentials: Credentials): Promise<Identity> {
    if (credentials.tokenType !== "User") return { kind: "anonymous" };
    if (credentials.value === "bad") throw new DeveloperError("InvalidAuthHeader", "Could not parse", 401);
    if (credentials.value === "unreachable") throw new DeveloperError("AuthUnavailable", "no keys now", 503);
    const attributes = { tokenIdentifier: "i|ann", issuer: "i", subject: "ann" };
    return { kind: "user", attributes, token: credentials.value, expiresAtMs: 5000 };
  }
}

const connect = { type: "Connect", sessionId: "s", connectionCount: 0, lastCloseReason: null, clientTs: 400 };
const addQueries = (baseVersion: number, ...paths: string[]) => ({
  type: "ModifyQuerySet",
  baseVersion,
  newVersion: baseVersion + 1,
  modifications: paths.map((udfPath, index) => ({
    type: "Add",
    queryId: baseVersion * 10 + index,
    udfPath,
    args: [{}],
  })),
});
const mutation = (requestId: number) => ({ type: "Mutation", requestId, udfPath: "m:raise", args: [{}] });
const signIn = (baseVersion: number, value: string) => ({
  type: "Authenticate",
  baseVersion,
  tokenType: "User",
  value,
});

test("a mutation that takes longer than a minute ends the connection, and others wait for theirs", async () => {
  const server = new FakeBackend();
  let open = () => {};
  server.gate = new Promise((resolve) => (open = resolve));
  await server.send(connect, mutation(0), mutation(1));
  server.wallMs += 60_000;
  server.session.beat();
  expect(server.closes).toEqual([]);
  server.wallMs += 1;
  server.session.beat();
  expect(server.closes).toEqual([{ code: 1011, reason: "InternalServerError" }]);
  open();
  await server.send();
  expect(server.calls).toHaveLength(1);
  expect(server.frames).toEqual([]);
});

describe("an instant that is forgotten before its queries ran", () => {
  test("gives way to a newer one, removals included", async () => {
    const server = new FakeBackend();
    await server.send(connect, addQueries(0, "m:value"));
    server.forgotten = 2;
    const remove = { type: "Remove", queryId: 0 };
    const add = { type: "Add", queryId: 10, udfPath: "m:value", args: [{}] };
    const frames = await server.send({
      type: "ModifyQuerySet",
      baseVersion: 1,
      newVersion: 2,
      modifications: [remove, add],
    });
    expect(frames).toMatchObject([
      {
        type: "Transition",
        endVersion: { querySet: 2, ts: encodeTimestamp(102n) },
        modifications: [
          { type: "QueryRemoved", queryId: 0 },
          { type: "QueryUpdated", queryId: 10, value: "anonymous 2" },
        ],
      },
    ]);
    expect(server.closes).toEqual([]);
  });

  test("ends the connection with a code to try again after some tries", async () => {
    const server = new FakeBackend();
    server.forgotten = 3;
    const frames = await server.send(connect, addQueries(0, "m:value"));
    expect(frames).toEqual([]);
    expect(server.closes).toEqual([{ code: 1013, reason: "OutOfRetention" }]);
  });
});

describe("SyncSession", () => {
  test("the first query set is answered at one timestamp, failures included", async () => {
    const server = new FakeBackend();
    const [transition] = await server.send(connect, addQueries(0, "m:value", "m:fails"));
    expect(transition).toMatchObject({
      type: "Transition",
      startVersion: { querySet: 0, identity: 0, ts: encodeTimestamp(0n) },
      endVersion: { querySet: 1, identity: 0, ts: encodeTimestamp(100n) },
      clientClockSkew: -600,
      serverTs: 1e9,
      modifications: [
        { type: "QueryUpdated", queryId: 0, value: "anonymous 0", logLines: [], journal: null },
        { type: "QueryFailed", queryId: 1, errorData: "why", logLines: [] },
      ],
    });
    expect(transition).toMatchObject({
      modifications: [
        {},
        { errorMessage: expect.stringMatching(/^\[Request ID: [0-9a-f]{16}\] Server Error\nUncaught Error: no$/) },
      ],
    });
  });

  test("a commit is followed by a transition with the new value", async () => {
    const server = new FakeBackend();
    await server.send(connect, addQueries(0, "m:value"));
    server.commit();
    const [transition] = await server.send();
    expect(transition).toMatchObject({
      startVersion: { ts: encodeTimestamp(100n) },
      endVersion: { ts: encodeTimestamp(101n) },
    });
    expect(transition?.["modifications"]).toMatchObject([{ value: "anonymous 1" }]);
  });

  test("a mutation is answered, then shown by a transition of at least its timestamp", async () => {
    const server = new FakeBackend();
    const frames = await server.send(connect, mutation(7));
    expect(frames).toMatchObject([
      { type: "MutationResponse", requestId: 7, success: true, result: 1, ts: encodeTimestamp(101n), logLines: [] },
      { type: "Transition", endVersion: { ts: encodeTimestamp(101n) }, modifications: [] },
    ]);
    expect(server.calls[0]).toMatchObject({ session: { sessionId: "s", requestId: 7 }, caller: "SyncWorker" });
  });

  test("a failed mutation carries its error and no timestamp", async () => {
    const server = new FakeBackend();
    server.mutationError = { message: "Uncaught ConvexError: x", data: `{"a":1}` };
    const [response] = await server.send(connect, mutation(1));
    expect(response).toMatchObject({ success: false, ts: null, errorData: { a: 1 } });
    expect(response?.["result"]).toContain("Uncaught ConvexError: x");
  });

  test("a conflict that outlived its retries closes the socket, so that the client sends the mutation again", async () => {
    const server = new FakeBackend();
    server.mutationError = { message: "changed", code: "OptimisticConcurrencyControlFailure" };
    const frames = await server.send(connect, mutation(1), mutation(2));
    expect(frames).toEqual([]);
    expect(server.closes).toEqual([{ code: 1013, reason: "OptimisticConcurrencyControlFailure" }]);
    expect(server.calls).toHaveLength(1);
  });

  test("a message counts as waiting until it is answered", async () => {
    const server = new FakeBackend();
    const text = JSON.stringify(mutation(1));
    server.session.receive(JSON.stringify(connect));
    server.session.receive(text);
    expect(server.backlog).toBe(text.length);
    await server.send();
    expect(server.backlog).toBe(0);
  });

  test("actions are answered and followed by a transition", async () => {
    const server = new FakeBackend();
    const frames = await server.send(connect, { type: "Action", requestId: 3, udfPath: "m:act", args: [{}] });
    expect(frames).toMatchObject([
      { type: "ActionResponse", requestId: 3, success: true, result: "done" },
      { type: "Transition" },
    ]);
  });

  test("signing in raises the identity version and runs queries again", async () => {
    const server = new FakeBackend();
    await server.send(connect, addQueries(0, "m:value"));
    const [transition] = await server.send(signIn(0, "good"));
    expect(transition).toMatchObject({ endVersion: { identity: 1 }, modifications: [{ value: "ann 0" }] });
  });

  test("a refused token is an AuthError and the end, an unreachable key server only a try-again", async () => {
    const refused = new FakeBackend();
    const frames = await refused.send(connect, signIn(0, "bad"));
    expect(frames).toEqual([
      { type: "AuthError", error: "Could not parse", baseVersion: 0, authUpdateAttempted: true },
    ]);
    expect(refused.closes).toEqual([{ code: null, reason: "" }]);

    const unreachable = new FakeBackend();
    expect(await unreachable.send(connect, signIn(0, "unreachable"))).toEqual([]);
    expect(unreachable.closes).toEqual([{ code: 1013, reason: "AuthUnavailable" }]);
  });

  test.each(["a mutation", "a transition"])("an expired token is noticed by %s", async (by) => {
    const server = new FakeBackend();
    await server.send(connect, addQueries(0, "m:value"), signIn(0, "good"));
    server.nowMs = 5000;
    if (by === "a transition") server.commit();
    const frames = await server.send(...(by === "a mutation" ? [mutation(1)] : []));
    const error = "Convex token identity expired";
    expect(frames).toEqual([{ type: "AuthError", error, baseVersion: 1, authUpdateAttempted: false }]);
    expect(server.calls).toEqual([]);
  });

  test("a slow client gets the newest state, not every state", async () => {
    const server = new FakeBackend();
    server.slowClient = true;
    await server.send(connect, addQueries(0, "m:value"));
    for (let commit = 0; commit < 5; commit++) {
      server.commit();
      await server.send();
    }
    expect(server.frames).toHaveLength(2);
    server.clientCatchesUp();
    await server.send();
    expect(server.frames).toHaveLength(3);
    expect(server.frames[2]?.["modifications"]).toMatchObject([{ value: "anonymous 5" }]);
  });

  describe("behind many other subscriptions", () => {
    beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] }));
    afterEach(() => void vi.useRealTimers());

    const farBack = async () => {
      const server = new FakeBackend();
      server.place = 299;
      await server.send(connect, addQueries(0, "m:value"));
      server.frames.length = 0;
      server.commit();
      return server;
    };

    test("a query runs again a while after the commit, for whatever is newest then", async () => {
      const server = await farBack();
      vi.advanceTimersByTime(499);
      expect(await server.send()).toEqual([]);
      server.commit();
      vi.advanceTimersByTime(1);
      const [transition] = await server.send();
      expect(transition).toMatchObject({ type: "Transition", modifications: [{ value: "anonymous 2" }] });
      vi.advanceTimersByTime(10_000);
      expect(await server.send()).toEqual([]);
    });

    test("a Transition that comes for another reason shows the commit at once, and there is no second one", async () => {
      const server = await farBack();
      const frames = await server.send({ type: "Mutation", requestId: 1, udfPath: "m:raise", args: [{}] });
      expect(frames.find(({ type }) => type === "Transition")).toMatchObject({
        modifications: [{ value: "anonymous 2" }],
      });
      vi.advanceTimersByTime(10_000);
      expect(await server.send()).toEqual([]);
    });
  });

  test("a broken frame is fatal, an unknown event is nothing", async () => {
    const server = new FakeBackend();
    expect(await server.send(connect, { type: "Event", eventType: "ClientConnect", event: [] })).toEqual([]);
    const frames = await server.send({ type: "Nonsense" });
    expect(frames).toMatchObject([{ type: "FatalError" }]);
    expect(server.closes).toEqual([{ code: null, reason: "" }]);
  });

  test("a client that saw the future is told to try later: the data is older than it knows", async () => {
    const server = new FakeBackend();
    await server.send({ ...connect, maxObservedTimestamp: encodeTimestamp(101n) });
    expect(server.closes).toEqual([{ code: 1011, reason: "InternalServerError" }]);
    expect(server.internalErrors).toHaveLength(1);
  });

  test("after the end nothing is sent and nothing is watched", async () => {
    const server = new FakeBackend();
    await server.send(connect, addQueries(0, "m:value"));
    expect(server.subscribers).toBe(1);
    server.session.end();
    expect(server.subscribers).toBe(0);
    expect(await server.send(mutation(1))).toEqual([]);
  });

  test("removed queries are no longer watched", async () => {
    const server = new FakeBackend();
    await server.send(connect, addQueries(0, "m:value"));
    const remove = {
      type: "ModifyQuerySet",
      baseVersion: 1,
      newVersion: 2,
      modifications: [{ type: "Remove", queryId: 0 }],
    };
    const [transition] = await server.send(remove);
    expect(transition?.["modifications"]).toEqual([{ type: "QueryRemoved", queryId: 0 }]);
    expect(server.subscribers).toBe(0);
  });
});
