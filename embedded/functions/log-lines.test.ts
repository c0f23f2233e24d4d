import { expect, test } from "vitest";
import { ConsoleCalls } from "./console-calls.ts";
import { LogCollector, formatLogLine, makeLogLine } from "./log-lines.ts";
import { parseFunctionPath } from "./function-path.ts";
import { hasLoneSurrogate } from "./values-check.ts";

test("lines read as clients expect them", () => {
  const lines: string[] = [];
  let nowMs = 0;
  const calls = new ConsoleCalls(
    (level, messages) => lines.push(formatLogLine(makeLogLine(level, messages, 0))),
    () => nowMs,
  );
  const call = (method: Parameters<ConsoleCalls["call"]>[0], ...args: unknown[]) => calls.call(method, args, () => "");
  class MyClass {}
  call("log", "text", ["a", 42], new MyClass());
  call("info", () => {});
  call("time");
  call("time");
  nowMs = 12.4;
  call("timeEnd");
  call("timeEnd", "x");
  call("assert", true, "no");
  call("assert", false, "yes");
  expect(lines).toEqual([
    "[LOG] 'text' [ 'a', 42 ] MyClass {}",
    "[INFO] [Function (anonymous)]",
    "[WARN] Timer 'default' already exists",
    "[INFO] default: 12ms",
    "[WARN] Timer 'x' does not exist",
    "[ERROR] Assertion failed 'yes'",
  ]);
});

test("long lines are cut between characters, many lines end with a notice", () => {
  const line = makeLogLine("LOG", ["é".repeat(20_000)], 0);
  const text = line.messages[0] ?? "";
  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(32_768);
  expect(text).toMatch(/^é+ \(truncated due to length\)$/);
  expect(line.isTruncated).toBe(true);
  const log = new LogCollector();
  for (let n = 0; n < 300; n += 1) log.add("LOG", [String(n)], 0);
  expect(log.lines).toHaveLength(256);
  expect(log.lines.at(-1)).toMatchObject({ level: "ERROR", messages: [expect.stringMatching(/^Log overflow/)] });
});

test.each([
  ["mod:fn", "mod.js", "fn"],
  ["dir/mod.js:fn", "dir/mod.js", "fn"],
  ["dir/mod", "dir/mod.js", "default"],
])("path %s", (text, modulePath, exportName) => {
  expect(parseFunctionPath(text)).toEqual({ modulePath, exportName });
});

test.each(["", ":fn", "a b:fn", "mod:", "mod:a:b", "mod:a.b", "/mod:fn"])("no path: %j", (text) => {
  expect(() => parseFunctionPath(text)).toThrow(/is not a valid path/);
});

test("a lone surrogate is told from a backslash", () => {
  expect(hasLoneSurrogate(JSON.stringify("\ud800"))).toBe(true);
  expect(hasLoneSurrogate(JSON.stringify("\ud83d\ude00 \\ud800"))).toBe(false);
});
