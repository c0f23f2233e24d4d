import { expect, it } from "vitest";
import type { SavedViewRow } from "./api-types";
import { placeBeside, withPlaced } from "./saved-view-order";

const view = (name: string, isShared: boolean): SavedViewRow => ({
  id: name as SavedViewRow["id"],
  name,
  isShared,
  team: null,
  isOwn: true,
  ownerName: "Anna",
  filter: { view: "all" },
});
const [a, b, c, x] = [view("a", true), view("b", true), view("c", true), view("x", false)];
const views = [a, b, c, x];
const names = (rows: readonly SavedViewRow[]) => rows.map(({ name }) => name).join("");

it("steps up and down among views of the same kind, and not beyond them", () => {
  const after = (which: SavedViewRow, by: 1 | -1) => {
    const before = placeBeside(views, which, by);
    return before === undefined ? "stays" : names(withPlaced(views, which.id, before));
  };
  expect([after(a, 1), after(b, 1), after(c, 1)]).toEqual(["bacx", "acbx", "stays"]);
  expect([after(a, -1), after(b, -1), after(c, -1), after(x, -1)]).toEqual(["stays", "bacx", "acbx", "stays"]);
});

it("shows a dropped view where the server will put it", () => {
  expect(names(withPlaced(views, c.id, a.id))).toBe("cabx");
  expect(names(withPlaced(views, a.id, null))).toBe("bcax");
  expect(names(withPlaced(views, a.id, a.id))).toBe("abcx");
  expect(names(withPlaced(views, x.id, null))).toBe("abcx");
});
