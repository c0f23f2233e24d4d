import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Channel, CHANNELS } from "../../../../convex/lib/closedSets";
import { reordered } from "./reordered";

const anyOrder = fc.shuffledSubarray<Channel>([...CHANNELS], { minLength: 2 });

describe("a channel that is moved", () => {
  it("stands right before or after its target; nobody is lost and the rest keeps its order", () => {
    fc.assert(
      fc.property(anyOrder, fc.nat(), fc.nat(), fc.constantFrom("before", "after"), (order, a, b, position) => {
        const [moved, target] = [order[a % order.length], order[b % order.length]];
        if (moved === undefined || target === undefined || moved === target) return;
        const after = reordered(order, [moved], target, position);
        expect([...after].sort()).toEqual([...order].sort());
        expect(after.indexOf(moved) - after.indexOf(target)).toBe(position === "before" ? -1 : 1);
        expect(after.filter((channel) => channel !== moved)).toEqual(order.filter((channel) => channel !== moved));
      }),
    );
  });

  it("stays where it is when its target is not there", () => {
    expect(reordered(["email", "sms"], ["sms"], "webhook", "before")).toEqual(["email", "sms"]);
  });
});
