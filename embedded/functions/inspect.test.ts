import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { inspectValue } from "./inspect.ts";

class Point {
  x = 1;
}
class Own {
  inspect(): string {
    return "<own>";
  }
}
const circular: Record<string, unknown> = { name: "loop" };
circular.self = { circular };
const bare: object = Object.assign(Object.create(null) as object, { a: 1 });
const failure = Object.assign(new Error("no", { cause: "why" }), { code: 7 });
const holes: unknown[] = [1];
holes[2] = 3;

// What the inspector of Convex's default runtime prints for the same values.
test.each<[string, unknown, string]>([
  ["text", "it's\n\u0001\\", "'it\\'s\\n\\x01\\\\'"],
  ["half of a pair", "\ud800", "'\ufffd'"],
  ["numbers", [1.5, -0, 7n, NaN], "[ 1.5, -0, 7n, NaN ]"],
  ["nothing", [null, undefined, true], "[ null, undefined, true ]"],
  ["an object", { property: "value", nested: {} }, "{\n  property: 'value',\n  nested: {}\n}"],
  ["odd names", { "a-b": 1, [Symbol("s")]: 2 }, "{\n  'a-b': 1,\n  [Symbol(s)]: 2\n}"],
  ["a list of objects", [{ a: 1 }, 2], "[\n  {\n    a: 1\n  },\n  2\n]"],
  ["holes", holes, "[ 1, , 3 ]"],
  [
    "five levels",
    { a: { b: { c: { d: { e: { f: 1 } } } } } },
    "{\n  a: {\n    b: {\n      c: {\n        d: {\n          e: [Object]\n        }\n      }\n    }\n  }\n}",
  ],
  ["a list five levels down", [[[[[[1]]]]]], "[ [ [ [ [ [Array] ] ] ] ] ]"],
  ["itself", circular, "{\n  name: 'loop',\n  self: {\n    circular: [Circular]\n  }\n}"],
  ["an instance", new Point(), "Point {\n  x: 1\n}"],
  ["no prototype", bare, "[Object: null prototype] {\n  a: 1\n}"],
  ["a function", Object.assign(() => 1, { a: 1 }), "[Function (anonymous)] { a: 1 }"],
  ["an error", new TypeError("no"), "[TypeError: no]"],
  ["an error with more", failure, "{ [Error: no] [cause]: 'why', code: 7 }"],
  [
    "a map",
    new Map<unknown, unknown>([[{ a: [1, { b: 2 }] }, { c: 3 }]]),
    "Map (1) {\n  { a: [ 1, { b: 2 } ] } => {\n    c: 3\n  }\n}",
  ],
  ["a set", new Set(["a", 1]), "Set (2) {\n  'a',\n  1\n}"],
  ["an empty map", new Map(), "Map (0) {}"],
  ["weak", [new WeakMap(), new WeakSet()], "[ WeakMap { ? }, WeakSet { ? } ]"],
  ["a date", new Date(0), String(new Date(0))],
  ["a pattern", /a\/b/g, "/a\\/b/g"],
  ["boxed", [Object(1), Object("a")], "[ Object(1), Object('a') ]"],
  ["bytes", new Uint8Array([7]), "Uint8Array [Uint8Array] {\n  0: 7\n}"],
  ["a promise", Promise.resolve(1), "Promise [Promise] {}"],
  ["its own way", [new Own()], "[ <own> ]"],
  ["headers", new Headers({ a: "1" }), "Headers { a: '1' }"],
  ["parameters", new URLSearchParams("a=1&b=2"), "URLSearchParams { 'a' => '1', 'b' => '2' }"],
])("%s", (_, value, text) => {
  expect(inspectValue(value)).toBe(text);
});

test("values of other realms look like those of this one", () => {
  const code =
    "({ list: [{}], map: new Map([[1, 2]]), error: new TypeError('no'), when: new Date(0), none: Object.create(null) })";
  const lines = ["{", "  list: [ {} ],", "  map: Map (1) {", "    1 => 2", "  },", "  error: [TypeError: no],"];
  const rest = [`  when: ${String(new Date(0))},`, "  none: [Object: null prototype] {}", "}"];
  expect(inspectValue(runInNewContext(code))).toBe([...lines, ...rest].join("\n"));
});

test("a URL shows its parts on one line", () => {
  expect(inspectValue(new URL("https://u:p@a.test:8/b?c=1#d"))).toBe(
    "URL { href: 'https://u:p@a.test:8/b?c=1#d', origin: 'https://a.test:8', protocol: 'https:', username: 'u', " +
      "password: 'p', host: 'a.test:8', hostname: 'a.test', port: '8', pathname: '/b', hash: '#d', search: '?c=1' }",
  );
});

test("very long text says how much is missing", () => {
  expect(inspectValue("a".repeat(32_770))).toBe(`'${"a".repeat(32_768)}'... 2 more characters`);
});
