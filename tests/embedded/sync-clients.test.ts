import { randomUUID } from "node:crypto";
import fc from "fast-check";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { addQueries, connectMessage, mutationMessage } from "../support/frame-socket.ts";
import {
  findModification, insertMessage, listQuery, signInMessage, startSyncBackend, versionOf, type SyncBackend,
} from "../support/sync-backend.ts"; // prettier-ignore
import { until } from "../support/until.ts";

const MIB = 1 << 20;

let sync: SyncBackend;

beforeAll(async () => {
  sync = await startSyncBackend();
});

afterEach(() => sync.cutAll());
afterAll(() => sync.backend.stop());

describe("identity", () => {
  test("is confirmed by a Transition and makes every query run again", async () => {
    const socket = await sync.connected();
    socket.send(addQueries(0, { 0: { path: "nesting:whoAmI" } }));
    await socket.next();
    socket.send(signInMessage(0, await sync.sign("ann", 600_000)));
    expect(await socket.next()).toMatchObject({
      startVersion: { identity: 0 },
      endVersion: { identity: 1 },
      modifications: [{ value: { subject: "ann" } }],
    });
    socket.send({ type: "Authenticate", baseVersion: 1, tokenType: "None" });
    expect(await socket.next()).toMatchObject({ endVersion: { identity: 2 }, modifications: [{ value: null }] });
  });

  test("what follows an Authenticate runs as that user", async () => {
    const socket = await sync.connected();
    const token = await sync.sign("bob", 600_000);
    socket.send(signInMessage(0, token), addQueries(0, { 0: { path: "nesting:whoAmI" } }));
    const seen = await until("the query's value", () => findModification(socket, 0));
    expect(seen).toMatchObject({ value: { subject: "bob" } });
  });

  test("a token that does not hold is an AuthError and a close without code", async () => {
    const socket = await sync.connected();
    socket.send(signInMessage(0, "not.a.token"));
    expect(await socket.next()).toMatchObject({ type: "AuthError", baseVersion: 0, authUpdateAttempted: true });
    expect(await socket.closed()).toEqual({ code: 1005, reason: "" });
  });

  test("the admin key, alone or acting as a user; a wrong one is an AuthError", async () => {
    const admin = { type: "Authenticate", baseVersion: 0, tokenType: "Admin", value: sync.backend.adminKey };
    const socket = await sync.connected();
    socket.send(admin, addQueries(0, { 0: { path: "nesting:checksArguments", args: { n: 1 } } }));
    expect(await until("an internal function's value", () => findModification(socket, 0))).toMatchObject({ value: 1 });
    const acting = await sync.connected();
    const impersonating = { issuer: "https://i", subject: "carol" };
    acting.send({ ...admin, impersonating }, addQueries(0, { 0: { path: "nesting:whoAmI" } }));
    expect(await until("the user", () => findModification(acting, 0))).toMatchObject({ value: { subject: "carol" } });
    const wrong = await sync.connected();
    wrong.send({ ...admin, value: "switchboard|wrong" });
    expect(await wrong.next()).toMatchObject({ type: "AuthError" });
  });

  test("an expired token is noticed by the next call, which does not run", async () => {
    const kind = randomUUID();
    const socket = await sync.connected();
    socket.send(signInMessage(0, await sync.sign("ann", 60_000)), addQueries(0, {}));
    await until("the sign-in", () => socket.frames.some((frame) => versionOf(frame, "endVersion").identity === 1));
    await sync.backend.advanceBy(120_000);
    socket.send(insertMessage(0, kind, "never"));
    await socket.closed();
    expect(socket.frames.at(-1)).toEqual({
      type: "AuthError",
      error: "Convex token identity expired",
      baseVersion: 1,
      authUpdateAttempted: false,
    });
    expect(await sync.backend.client.run("nesting:list", { kind })).toEqual([]);
  });
});

describe("clients that do not keep up or make no sense", () => {
  test("who does not read gets fewer Transitions and ends at the newest state", async () => {
    const kind = randomUUID();
    const slow = await sync.connected();
    const big = {
      path: "reading:collect",
      args: { index: "by_kind", range: [{ op: "eq", field: "kind", value: kind }] },
    };
    slow.send(
      insertMessage(0, kind, "x".repeat(900 * 1024)),
      insertMessage(1, kind, "y".repeat(900 * 1024)),
      addQueries(0, { 0: big }),
    );
    await until("the first value", () => findModification(slow, 0));
    slow.socket.pause();
    const commits = 40;
    for (let i = 0; i < commits; i++) await sync.backend.client.run("documents:insert", { kind, rows: [{ a: i }] });
    slow.socket.resume();
    await until("the newest state", () =>
      slow.frames.some((frame) => JSON.stringify(frame).includes(`{"a":${commits - 1}}`)),
    );
    const transitions = slow.frames.filter(({ type }) => type === "Transition");
    expect(transitions.length).toBeLessThan(commits / 2);
    transitions.slice(1).forEach((frame, i) => {
      expect(versionOf(frame, "startVersion")).toEqual(versionOf(transitions[i] ?? frame, "endVersion"));
    });
  });

  test("who asks without reading the answers is not read from either", async () => {
    const slow = await sync.connected();
    slow.socket.pause();
    const count = 300;
    const value = "z".repeat(256 * 1024);
    for (let i = 0; i < count; i++) slow.send(mutationMessage(i, "documents:echoThroughMutation", { value }));
    let last = -1;
    await until("the server to stop reading", async () => {
      await new Promise((resolve) => setTimeout(resolve, 250));
      const isStable = slow.socket.bufferedAmount === last;
      last = slow.socket.bufferedAmount;
      return isStable;
    });
    // The rest of 75 MiB waits with the sender, not in the server's memory.
    expect(last).toBeGreaterThan(20 * MIB);
    slow.socket.resume();
    const responses = () => slow.frames.filter(({ type }) => type === "MutationResponse");
    await until("every answer", () => responses().length === count, 60_000);
    expect(responses().map(({ requestId }) => requestId)).toEqual(Array.from({ length: count }, (_, i) => i));
  });

  test("more than 1,000 waiting mutations are refused with a code to try again", async () => {
    const socket = await sync.connected();
    for (let i = 0; i < 2_500; i++) socket.send(mutationMessage(i, "documents:insert", { kind: "flood", rows: [] }));
    const outcome = await until(
      "an end either way",
      () => socket.ended ?? (socket.frames.length >= 2_500 ? "served" : null),
    );
    if (outcome !== "served") expect(outcome).toEqual({ code: 1013, reason: "TooManyConcurrentMutations" });
  });

  test("a binary frame is an internal error, text that is no message a fatal one", async () => {
    const binary = await sync.connected();
    binary.socket.send(Buffer.from([1, 2, 3]));
    expect(await binary.closed()).toEqual({ code: 1011, reason: "InternalServerError" });
    for (const text of ["", "{", "null", "[]", '"x"', "{}", '{"type":"Transition"}', '{"type":7}']) {
      const socket = await sync.connected();
      socket.socket.send(text);
      expect(await socket.next()).toMatchObject({
        type: "FatalError",
        error: expect.stringMatching(/^Received Invalid JSON on websocket: /),
      });
      expect(await socket.closed()).toEqual({ code: 1005, reason: "" });
    }
  });

  test("events of any kind are taken and ignored", async () => {
    const socket = await sync.connected();
    socket.send(
      { type: "Event", eventType: "Whatever", event: [{ deep: null }] },
      { type: "Event" },
      addQueries(0, {}),
    );
    expect(await socket.next()).toMatchObject({ type: "Transition" });
  });

  test("no broken frame disturbs the server or another client", async () => {
    const witness = await sync.connected();
    const templates = [
      connectMessage(),
      addQueries(0, { 0: listQuery("fuzz") }),
      insertMessage(0, "fuzz", 1),
      signInMessage(0, "a.b.c"),
      { type: "Action", requestId: 1, udfPath: "nesting:innerAction", args: [{ text: "x" }] },
    ].map((message) => JSON.stringify(message));
    const junk = fc.oneof(fc.jsonValue(), fc.constantFrom(-1, 1e99, 2 ** 32, "", null, [], {}, "\u0000", "../x:y"));
    const replaced = fc
      .tuple(fc.constantFrom(...templates), fc.nat(), junk)
      .map(([text, at, value]) => replaceField(text, at, value));
    const cut = fc
      .tuple(fc.constantFrom(...templates), fc.nat(), fc.string({ maxLength: 3 }))
      .map(([text, at, more]) => text.slice(0, at % text.length) + more + text.slice((at % text.length) + 1));
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(replaced, cut), { minLength: 1, maxLength: 4 }),
        fc.boolean(),
        async (frames, connects) => {
          const socket = await sync.opened();
          if (connects) socket.send(connectMessage());
          for (const frame of frames) socket.socket.send(frame);
          // Either the frames were legal, or the connection ends; both within one answer to a last legal message.
          socket.send({ type: "Event" }, { type: "Event", last: true }, { type: "Nonsense" });
          const { code } = await socket.closed();
          expect([1000, 1005, 1011, 1013]).toContain(code);
        },
      ),
      { numRuns: 120, seed: 11 },
    );
    witness.send(addQueries(0, { 0: listQuery("fuzz none") }));
    expect(await witness.next()).toMatchObject({ modifications: [{ value: [] }] });
  });
});

/** The message with one of its fields, at any depth, replaced. */
function replaceField(text: string, at: number, value: unknown): string {
  let field = 0;
  const count = (text.match(/":/g) ?? []).length;
  return JSON.stringify(JSON.parse(text, (_, old: unknown) => (field++ === at % (count + 1) ? value : old)));
}
