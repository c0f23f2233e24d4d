import { describe, expect, it } from "vitest";
import type { Id } from "../../../convex/_generated/dataModel";
import { neighbour } from "./inbox-context";

const order = ["a", "b", "c"] as Id<"threads">[];
const id = (text: string) => text as Id<"threads">;

describe("neighbour", () => {
  it("walks the list and stops at its ends", () => {
    expect(neighbour(order, id("a"), 1)).toBe("b");
    expect(neighbour(order, id("c"), 1)).toBeNull();
    expect(neighbour(order, id("a"), -1)).toBeNull();
  });

  it("begins at the top going down and at the foot going up", () => {
    expect(neighbour(order, null, 1)).toBe("a");
    expect(neighbour(order, null, -1)).toBe("c");
  });

  it("knows nothing beside a conversation that is not listed", () => {
    expect(neighbour(order, id("x"), 1)).toBeNull();
    expect(neighbour([], null, 1)).toBeNull();
  });
});
