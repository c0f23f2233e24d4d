import { expect, test } from "vitest";
import { FunctionLogs } from "./function-logs.ts";

const never = new AbortController().signal;

test("cursor 0 gives what is kept at once, the next poll only what came later", async () => {
  const logs = new FunctionLogs(() => 1000);
  const empty = await logs.poll(0, never);
  expect(empty.entries).toEqual([]);
  expect(empty.newCursor).toBeGreaterThan(0);
  const waiting = logs.poll(empty.newCursor, never);
  logs.append("a");
  const first = await waiting;
  expect(first.entries).toEqual(["a"]);
  logs.append("b");
  logs.append("c");
  expect((await logs.poll(first.newCursor, never)).entries).toEqual(["b", "c"]);
  expect((await logs.poll(0, never)).entries).toEqual(["a", "b", "c"]);
});

test("entries of one millisecond have different cursors", async () => {
  const logs = new FunctionLogs(() => 1_800_000_000_000);
  logs.append("a");
  const { newCursor } = await logs.poll(0, never);
  logs.append("b");
  expect((await logs.poll(newCursor, never)).entries).toEqual(["b"]);
});

test("the oldest entries go first", async () => {
  const logs = new FunctionLogs(() => 1000, 2);
  for (const entry of ["a", "b", "c"]) logs.append(entry);
  expect((await logs.poll(0, never)).entries).toEqual(["b", "c"]);
});

test("a poll ends with the same cursor when nothing happens, the client leaves or the server stops", async () => {
  const logs = new FunctionLogs(() => 1000);
  const left = new AbortController();
  const polls = [logs.poll(5, never, 1), logs.poll(5, left.signal)];
  left.abort();
  polls.push(logs.poll(5, never));
  logs.close();
  for (const poll of polls) expect(await poll).toEqual({ entries: [], newCursor: 5 });
});
