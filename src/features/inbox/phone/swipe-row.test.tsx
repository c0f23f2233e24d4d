import { act } from "react";
import { createRoot } from "react-dom/client";
import { expect, test, vi } from "vitest";
import type { ThreadRow } from "../../../lib/api-types";
import { SwipeRow } from "./swipe-row";

vi.stubGlobal("IS_REACT_ACT_ENVIRONMENT", true);

/** What a quick finger does between two pictures of the screen: nothing is drawn before it is gone again. */
function flick(...ways: [number, ...number[]]): string[] {
  const done: string[] = [];
  const place = document.body.appendChild(document.createElement("div"));
  const root = createRoot(place);
  const swipes = (_row: ThreadRow, side: string) => ({ label: side, icon: null, run: () => done.push(side) });
  act(() => {
    root.render(
      <SwipeRow row={{} as ThreadRow} swipes={swipes}>
        <a href="#row">row</a>
      </SwipeRow>,
    );
  });
  const touched = place.querySelector("a");
  const touch = (type: string, clientX: number) =>
    touched?.dispatchEvent(
      new PointerEvent(type, { bubbles: true, isPrimary: true, pointerId: 1, pointerType: "touch", clientX }),
    );
  act(() => {
    touch("pointerdown", 200);
    for (const way of ways) touch("pointermove", 200 + way);
    touch("pointerup", 200 + (ways.at(-1) ?? 0));
  });
  act(() => root.unmount());
  place.remove();
  return done;
}

test("a finger that is gone before the row follows it still does what it came for", () => {
  expect(flick(60, 200)).toEqual(["right"]);
  expect(flick(-200)).toEqual(["left"]);
});

test("one that goes back, or not far enough, does nothing", () => {
  expect(flick(200, 20)).toEqual([]);
  expect(flick(-60)).toEqual([]);
});
