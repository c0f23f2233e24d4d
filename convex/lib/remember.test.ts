import { describe, expect, test, vi } from "vitest";
import { remember } from "./remember";

describe("what is remembered", () => {
  test("is asked for once a key, also when the answer is nothing", () => {
    const known = new Map<string, number | null>();
    const ask = vi.fn<() => number | null>().mockReturnValueOnce(null).mockReturnValueOnce(2);
    expect(["a", "b", "a", "b"].map((key) => remember(known, key, ask))).toEqual([null, 2, null, 2]);
    expect(ask).toHaveBeenCalledTimes(2);
  });

  test("is the very promise, so that two who ask at the same time wait for one answer", async () => {
    const known = new Map<string, Promise<number>>();
    const ask = vi.fn<() => Promise<number>>().mockResolvedValue(1);
    expect(remember(known, "a", ask)).toBe(remember(known, "a", ask));
    expect(await remember(known, "a", ask)).toBe(1);
    expect(ask).toHaveBeenCalledTimes(1);
  });
});
