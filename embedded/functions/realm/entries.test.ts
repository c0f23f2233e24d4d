import { afterEach, expect, test } from "vitest";
import { installEntries } from "./entries.ts";

const original = Object.getOwnPropertyDescriptor(Object, "entries") ?? {};

afterEach(() => void Object.defineProperty(Object, "entries", original));

test("entries are those of the language", () => {
  const values = [{ b: 1, a: 2, 1: 3, [Symbol("s")]: 4 }, ["x", "y"], "ab", 1, true, Object.create({ inherited: 1 })];
  const expected = values.map((value) => Object.entries(value as object));
  installEntries();
  expect(values.map((value) => Object.entries(value as object))).toEqual(expected);
  expect(() => Object.entries(null as unknown as object)).toThrow("Cannot convert undefined or null to object");
});

test("a getter is called once, and not for a field that it removes", () => {
  installEntries();
  let calls = 0;
  const value: Record<string, unknown> = {
    get first() {
      calls += 1;
      delete value["second"];
      return "kept";
    },
    second: "gone",
  };
  expect(Object.entries(value)).toEqual([["first", "kept"]]);
  expect(calls).toBe(1);
});

test("the function looks like the original", () => {
  installEntries();
  expect(Object.entries.name).toBe("entries");
  expect(Object.entries.length).toBe(1);
  expect("prototype" in Object.entries).toBe(false);
  expect(Object.getOwnPropertyDescriptor(Object, "entries")).toMatchObject({
    writable: true,
    configurable: true,
    enumerable: false,
  });
});
