import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { addQueries, connectMessage, mutationMessage, type ServerFrame } from "../support/frame-socket.ts";
import {
  findModification, insertMessage, listQuery, signInMessage, startSyncBackend, versionOf, type SyncBackend,
} from "../support/sync-backend.ts"; // prettier-ignore
import { until } from "../support/until.ts";

const ZERO = "AAAAAAAAAAA=";
const MIB = 1 << 20;

const timeOf = (encoded: unknown) => Buffer.from(String(encoded), "base64").readBigUInt64LE();
const changes = ({ type, modifications }: ServerFrame) =>
  type === "Transition" && (modifications as unknown[]).length > 0;

let sync: SyncBackend;

beforeAll(async () => {
  sync = await startSyncBackend();
});

afterEach(() => sync.cutAll());
afterAll(() => sync.backend.stop());

describe("opening", () => {
  test.each(["/api/sync", "/api/1.48.0/sync", "/api/0.0.1-alpha.2/sync"])("%s is served", async (path) => {
    const socket = await sync.connected({}, path);
    socket.send(addQueries(0, {}));
    expect(await socket.next()).toMatchObject({ type: "Transition", endVersion: { querySet: 1 } });
  });

  test("a version that is none is a 400 with a code", async () => {
    const response = await new Promise<{ status: number; body: string }>((resolve) => {
      const url = `${sync.backend.cloudUrl.replace(/^http/, "ws")}/api/one/sync`;
      new WebSocket(url).on("unexpected-response", (_, answer) => {
        let body = "";
        answer.on("data", (chunk: Buffer) => (body += chunk.toString()));
        answer.on("end", () => resolve({ status: answer.statusCode ?? 0, body }));
      });
    });
    expect(response.status).toBe(400);
    expect(JSON.parse(response.body)).toMatchObject({ code: "InvalidVersion" });
  });

  test("nothing is said before the client asks, and Connect comes first and once", async () => {
    const eager = await sync.opened();
    eager.send(addQueries(0, {}));
    expect(await eager.next()).toMatchObject({ type: "FatalError" });
    const twice = await sync.connected();
    twice.send(connectMessage());
    expect(await twice.next()).toMatchObject({ type: "FatalError" });
    expect(twice.frames.filter(({ type }) => type === "Transition")).toEqual([]);
  });

  test("a client that has seen a later timestamp is told to come back", async () => {
    const future = Buffer.alloc(8);
    future.writeBigUInt64LE(2n ** 63n);
    const socket = await sync.connected({ maxObservedTimestamp: future.toString("base64") });
    expect(await socket.closed()).toEqual({ code: 1011, reason: "InternalServerError" });
    expect(socket.frames).toEqual([]);
  });
});

describe("versions", () => {
  test("the first Transition starts at zero and names clock skew and time", async () => {
    const socket = await sync.connected({ clientTs: Date.now() + 5_000 });
    socket.send(addQueries(0, { 5: listQuery("none"), 3: listQuery("none") }));
    const frame = await socket.next();
    expect(frame).toMatchObject({
      type: "Transition",
      startVersion: { querySet: 0, identity: 0, ts: ZERO },
      endVersion: { querySet: 1, identity: 0 },
      modifications: [
        { type: "QueryUpdated", queryId: 3, value: [], logLines: [], journal: null },
        { type: "QueryUpdated", queryId: 5, value: [], logLines: [], journal: null },
      ],
    });
    expect(Math.abs(Number(frame["clientClockSkew"]) - 5_000)).toBeLessThan(2_000);
    expect(Math.abs(Number(frame["serverTs"]) / 1e6 - Date.now())).toBeLessThan(5_000);
  });

  test("every Transition starts where the one before ended, whatever happens in between", async () => {
    const kind = randomUUID();
    const socket = await sync.connected();
    socket.send(addQueries(0, { 0: listQuery(kind) }), insertMessage(0, kind, 1), {
      ...signInMessage(0, ""),
      tokenType: "None",
    });
    socket.send(addQueries(1, { 1: listQuery(kind) }), insertMessage(1, kind, 2), insertMessage(2, kind, 3));
    socket.send({
      type: "ModifyQuerySet",
      baseVersion: 2,
      newVersion: 3,
      modifications: [{ type: "Remove", queryId: 0 }],
    });
    socket.send({ type: "Action", requestId: 3, udfPath: "nesting:innerAction", args: [{ text: "x" }] });
    await until("the action's answer and a Transition after it", () => {
      const answered = socket.frames.findIndex(({ type }) => type === "ActionResponse");
      return answered >= 0 && socket.frames.slice(answered).some(({ type }) => type === "Transition");
    });
    const transitions = socket.frames.filter(({ type }) => type === "Transition");
    let last = { querySet: 0, identity: 0, ts: ZERO };
    for (const transition of transitions) {
      expect(versionOf(transition, "startVersion")).toEqual(last);
      const end = versionOf(transition, "endVersion");
      expect(timeOf(end.ts)).toBeGreaterThanOrEqual(timeOf(last.ts));
      last = end;
    }
    expect(last).toMatchObject({ querySet: 3, identity: 1 });
  });

  test.each([
    ["a skipped query set version", addQueries(1, {})],
    ["a skipped identity version", { type: "Authenticate", baseVersion: 4, tokenType: "None" }],
  ])("%s is fatal", async (_, message) => {
    const socket = await sync.connected();
    socket.send(message);
    const { error } = await socket.next();
    expect(error).toMatch(/^Base version \d passed up doesn't match the current version 0$/);
    expect(await socket.closed()).toEqual({ code: 1005, reason: "" });
  });

  test.each([
    ["removing a query that is not there", { type: "Remove", queryId: 9 }],
    ["adding a query twice", { type: "Add", queryId: 0, udfPath: "nesting:whoAmI", args: [{}] }],
  ])("%s ends the connection as an error of the server's", async (_, modification) => {
    const socket = await sync.connected();
    socket.send(addQueries(0, { 0: { path: "nesting:whoAmI" } }));
    socket.send({ type: "ModifyQuerySet", baseVersion: 1, newVersion: 2, modifications: [modification] });
    expect(await socket.closed()).toEqual({ code: 1011, reason: "InternalServerError" });
  });
});

describe("mutations", () => {
  test("run in the order they came; each response is followed by a Transition that covers it", async () => {
    const kind = randomUUID();
    const socket = await sync.connected();
    const count = 30;
    for (let i = 0; i < count; i++) socket.send(insertMessage(i, kind, i));
    await until("all answers", () => socket.frames.filter(({ type }) => type === "MutationResponse").length === count);
    const last = socket.frames.findLast(({ type }) => type === "MutationResponse");
    await until("a Transition after them", () =>
      socket.frames.some(
        (frame) => frame.type === "Transition" && timeOf(versionOf(frame, "endVersion").ts) >= timeOf(last?.["ts"]),
      ),
    );
    const responses = socket.frames.filter(({ type }) => type === "MutationResponse");
    expect(responses.map(({ requestId }) => requestId)).toEqual(Array.from({ length: count }, (_, i) => i));
    const times = responses.map(({ ts }) => timeOf(ts));
    expect(times.every((ts, i) => i === 0 || ts > (times[i - 1] ?? 0n))).toBe(true);
  });

  test("a repeated request of the session is answered from its record, on another connection and after a kill", async () => {
    const kind = randomUUID();
    const sessionId = randomUUID();
    const first = await sync.connected({ sessionId });
    first.send(insertMessage(7, kind, "once"));
    const original = await first.next();
    first.terminate();
    const again = await sync.connected({ sessionId, connectionCount: 1 });
    again.send(insertMessage(7, kind, "once"), addQueries(0, { 0: listQuery(kind) }));
    expect(await again.next()).toEqual(original);
    await sync.backend.killAndRestart();
    const afterKill = await sync.connected({ sessionId, connectionCount: 2 });
    afterKill.send(insertMessage(7, kind, "once"));
    expect(await afterKill.next()).toEqual(original);
    afterKill.send(addQueries(0, { 0: listQuery(kind) }));
    await until("the rows", () =>
      afterKill.frames.some(({ modifications }) => JSON.stringify(modifications)?.includes('["once"]')),
    );
  });

  test("the same request id of another session is another mutation; a failed one runs again", async () => {
    const kind = randomUUID();
    const sessionId = randomUUID();
    const one = await sync.connected({ sessionId });
    one.send(insertMessage(1, kind, "one"));
    await one.next();
    const other = await sync.connected();
    other.send(insertMessage(1, kind, "other"), addQueries(0, { 0: listQuery(kind) }));
    await until("both rows", () => other.frames.some((frame) => JSON.stringify(frame).includes('"other"')));
    const failing = mutationMessage(2, "errors:inMutation", { kind, how: "data", data: { n: 1 } });
    for (let run = 0; run < 2; run++) {
      const socket = await sync.connected({ sessionId });
      socket.send(failing);
      const frame = await socket.next();
      expect(frame).toMatchObject({ type: "MutationResponse", success: false, ts: null, errorData: { n: 1 } });
    }
  });

  test("an error without data has no errorData; request ids are derived from the session", async () => {
    const sessionId = "11111111-2222-4333-8444-555555555555";
    const socket = await sync.connected({ sessionId });
    socket.send(mutationMessage(3, "errors:inMutation", { kind: "x", how: "plain" }));
    const frame = await socket.next();
    expect("errorData" in frame).toBe(false);
    const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(`${sessionId}|3`));
    const requestId = Buffer.from(digest).toString("hex").slice(0, 16);
    expect(frame["result"]).toMatch(
      new RegExp(`^\\[Request ID: ${requestId}\\] Server Error\nUncaught Error: It broke\n`),
    );
  });
});

describe("queries", () => {
  test("an equal result is not sent again, a changed one is, at one timestamp for all queries", async () => {
    const kind = randomUUID();
    const socket = await sync.connected();
    socket.send(
      addQueries(0, {
        0: listQuery(kind),
        1: listQuery(`${kind} other`),
        2: { path: "reading:first", args: { index: "by_kind_a", range: [{ op: "eq", field: "kind", value: kind }] } },
      }),
    );
    await socket.next();
    socket.send(insertMessage(0, kind, "a"));
    await until("the new values", () => findModification(socket, 0, '["a"]'));
    expect(socket.frames.findLast(changes)?.["modifications"]).toMatchObject([
      { queryId: 0, value: ["a"] },
      { queryId: 2, value: { a: "a" } },
    ]);
    socket.send(insertMessage(1, kind, "b"));
    await until("the next value", () => findModification(socket, 0, '"b"'));
    expect(socket.frames.findLast(changes)?.["modifications"]).toHaveLength(1);
  });

  test("a query that throws is QueryFailed, also a missing one; it stays subscribed", async () => {
    const socket = await sync.connected();
    socket.send(
      addQueries(0, {
        0: { path: "errors:inQuery", args: { how: "data", data: "why" } },
        1: { path: "nowhere:nothing" },
        2: { path: "errors:inQuery", args: { how: 3 } },
      }),
    );
    const { modifications } = await socket.next();
    expect(modifications).toMatchObject([
      { type: "QueryFailed", queryId: 0, errorData: "why" },
      {
        type: "QueryFailed",
        queryId: 1,
        errorMessage: expect.stringContaining("Could not find public function for 'nowhere:nothing'."),
      },
      { type: "QueryFailed", queryId: 2, errorMessage: expect.stringContaining("ArgumentValidationError") },
    ]);
    expect((modifications as object[]).map((modification) => "errorData" in modification)).toEqual([
      true,
      false,
      false,
    ]);
  });

  test("a journal pins the end of a page over a reconnection", async () => {
    const kind = randomUUID();
    const page = {
      path: "reading:page",
      args: {
        index: "by_kind_a",
        range: [{ op: "eq", field: "kind", value: kind }],
        paginationOpts: { numItems: 2, cursor: null },
      },
    };
    const before = await sync.connected();
    before.send(insertMessage(0, kind, 10, 20, 30));
    await before.next();
    before.send(addQueries(0, { 0: page }));
    const found = await until("the page", () => findModification(before, 0));
    expect(found["journal"]).toEqual(expect.any(String));
    before.send(insertMessage(1, kind, 15));
    const grown = await until("the grown page", () => findModification(before, 0, "10,15,20"));
    expect(grown).toMatchObject({ value: { page: [10, 15, 20] } });
    const after = await sync.connected();
    after.send(addQueries(0, { 0: { ...page, journal: grown["journal"] as string }, 1: page }));
    expect(await until("both pages", () => findModification(after, 0))).toMatchObject({
      value: { page: [10, 15, 20] },
    });
    expect(findModification(after, 1)).toMatchObject({ value: { page: [10, 15] } });
  });

  test("a journal that cannot be read is the query's failure", async () => {
    const socket = await sync.connected();
    const args = { paginationOpts: { numItems: 2, cursor: null } };
    socket.send(addQueries(0, { 0: { path: "reading:page", args, journal: "nonsense" } }));
    expect((await socket.next())["modifications"]).toMatchObject([
      { type: "QueryFailed", errorMessage: expect.stringContaining("Failed to parse cursor") },
    ]);
  });

  test("a Transition above 5 MB comes in chunks for clients that know them, whole for others", async () => {
    const text = "ü".repeat(3 * MIB);
    const query = { path: "documents:echo", args: { value: text } };
    const modern = await sync.connected();
    modern.send(addQueries(0, { 0: query }));
    const first = await modern.next();
    const total = Number(first["totalParts"]);
    const chunks = [first];
    while (chunks.length < total) chunks.push(await modern.next());
    expect(chunks.map(({ type, partNumber }) => [type, partNumber])).toEqual([
      ["TransitionChunk", 0],
      ["TransitionChunk", 1],
    ]);
    expect(new Set(chunks.map(({ transitionId }) => transitionId)).size).toBe(1);
    for (const { chunk } of chunks) expect(Buffer.byteLength(String(chunk))).toBeLessThanOrEqual(5_000_000);
    const whole = JSON.parse(chunks.map(({ chunk }) => chunk).join("")) as { modifications: { value: string }[] };
    expect(whole.modifications[0]?.value === text).toBe(true);
    const old = await sync.connected({}, "/api/1.27.0/sync");
    old.send(addQueries(0, { 0: query }));
    expect((await old.next()).type).toBe("Transition");
  });
});
