import { act } from "react";
import { createRoot } from "react-dom/client";
import { expect, it, vi } from "vitest";
import { useStateOf } from "./state-of";

vi.stubGlobal("IS_REACT_ACT_ENVIRONMENT", true);

type Set = (next: string | ((before: string) => string)) => void;

/** Shows the state of whatever is named, and hands out the way to change it. */
function shown() {
  const place = document.createElement("div");
  const root = createRoot(place);
  const sets: Set[] = [];
  const Screen = ({ of }: { of: string }) => {
    const [value, set] = useStateOf(of, "new");
    sets.push(set);
    return value;
  };
  return {
    sets,
    show: (of: string) => {
      act(() => root.render(<Screen of={of} />));
      return place.textContent;
    },
    set: (set: Set | undefined, next: Parameters<Set>[0]) => {
      act(() => set?.(next));
      return place.textContent;
    },
  };
}

it("begins anew with another thing, and keeps what is set for the one that is shown", () => {
  const screen = shown();
  expect(screen.show("a")).toBe("new");
  expect(screen.set(screen.sets.at(-1), "of a")).toBe("of a");
  expect(screen.show("b")).toBe("new");
  expect(screen.set(screen.sets.at(-1), (before) => `${before}er`)).toBe("newer");
});

it("loses what is set late for the one before", () => {
  const screen = shown();
  screen.show("a");
  const late = screen.sets.at(-1);
  screen.show("b");
  screen.set(screen.sets.at(-1), "of b");
  expect(screen.set(late, "of a")).toBe("of b");
  expect(screen.show("a")).toBe("new");
});
