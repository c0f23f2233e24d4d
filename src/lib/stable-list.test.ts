import { describe, expect, it } from "vitest";
import { holdOrder } from "./stable-list";

type Row = { id: string; text: string };
const row = (id: string, text = id): Row => ({ id, text });
const hold = (shown: string[], fresh: Row[]) => {
  const { rows, newCount } = holdOrder(shown, fresh, ({ id }) => id);
  return { order: rows.map(({ id }) => id).join(""), newCount, rows };
};

describe("holdOrder", () => {
  it("keeps the shown order when a row jumps to the top, with its fresh content", () => {
    const held = hold(["a", "b", "c"], [row("c", "new words"), row("a"), row("b")]);
    expect(held.order).toBe("abc");
    expect(held.rows[2]?.text).toBe("new words");
  });

  it("counts what arrives above and holds it back", () => {
    expect(hold(["a", "b"], [row("x"), row("a"), row("y"), row("b")])).toMatchObject({ order: "ab", newCount: 2 });
  });

  it("lets in what arrives below, because nothing moves by it", () => {
    expect(hold(["a", "b"], [row("a"), row("b"), row("z")])).toMatchObject({ order: "abz", newCount: 0 });
  });

  it("drops what vanished", () => {
    expect(hold(["a", "b", "c"], [row("a"), row("c")])).toMatchObject({ order: "ac", newCount: 0 });
  });

  it("starts afresh when nothing of the old list is left", () => {
    expect(hold(["a"], [row("x"), row("y")])).toMatchObject({ order: "xy", newCount: 0 });
  });
});
