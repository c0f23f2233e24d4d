import { act } from "react";
import { createRoot } from "react-dom/client";
import { expect, it, vi } from "vitest";
import { ShortcutProvider, useShortcuts } from "./shortcuts";

vi.stubGlobal("IS_REACT_ACT_ENVIRONMENT", true);

const ran: string[] = [];

type KeyProps = { name: string; label?: string; isOver?: boolean };

function EscapeKey({ name, label = name, isOver = false }: KeyProps) {
  const run = () => void ran.push(name);
  useShortcuts([{ id: name, keys: "escape", label, group: "list", run }], isOver ? "over" : "screen");
  return null;
}

function screen() {
  const root = createRoot(document.createElement("div"));
  return (...keys: KeyProps[]) => {
    act(() =>
      root.render(
        <ShortcutProvider>
          {keys.map((props) => (
            <EscapeKey key={props.name} {...props} />
          ))}
        </ShortcutProvider>,
      ),
    );
    ran.length = 0;
    window.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape" }));
    return ran.join();
  };
}

it("gives a key to what stands over the screen, else to what came last, whatever changes meanwhile", () => {
  const pressed = screen();
  const list = { name: "list" };
  const thread = { name: "thread" };
  const bar = { name: "bar", isOver: true };
  expect(pressed(list)).toBe("list");
  expect(pressed(list, thread)).toBe("thread");
  // Its words change, its place does not.
  expect(pressed({ ...list, label: "Back" }, thread)).toBe("thread");
  expect(pressed(list, bar)).toBe("bar");
  expect(pressed(list, bar, thread)).toBe("bar");
  expect(pressed(list, thread)).toBe("thread");
});
