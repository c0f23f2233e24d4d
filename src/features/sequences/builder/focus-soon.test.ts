import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { focusSoon } from "./focus-soon";

const FRAME_MS = 16;
/** More than something gets to appear, and to keep the keyboard. */
const LONG_MS = 100 * FRAME_MS;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["requestAnimationFrame"] });
  document.body.innerHTML = `<button id="one"></button><button id="two"></button>`;
});
afterEach(() => {
  vi.useRealTimers();
  document.body.innerHTML = "";
});

const byId = (id: string) => document.getElementById(id);

function openMenu(): HTMLElement {
  const menu = document.createElement("div");
  menu.setAttribute("role", "menu");
  menu.innerHTML = `<button id="item"></button>`;
  document.body.append(menu);
  byId("item")?.focus();
  return menu;
}

it("takes the keyboard again from what takes it away meanwhile", () => {
  focusSoon(() => byId("one"));
  vi.advanceTimersByTime(2 * FRAME_MS);
  byId("two")?.focus();
  vi.advanceTimersByTime(LONG_MS);
  expect(document.activeElement?.id).toBe("one");
});

it("leaves the keyboard to a menu that has been opened, and takes it when that closes", () => {
  focusSoon(() => byId("one"));
  vi.advanceTimersByTime(2 * FRAME_MS);
  const menu = openMenu();
  vi.advanceTimersByTime(3 * FRAME_MS);
  expect(document.activeElement?.id).toBe("item");
  menu.remove();
  vi.advanceTimersByTime(LONG_MS);
  expect(document.activeElement?.id).toBe("one");
});

it("goes where it was sent last", () => {
  focusSoon(() => byId("one"));
  vi.advanceTimersByTime(2 * FRAME_MS);
  focusSoon(() => byId("two"));
  vi.advanceTimersByTime(LONG_MS);
  expect(document.activeElement?.id).toBe("two");
});

// On a slow machine the next key comes before the next frame; a list that is then opened and closed gives the keyboard
// back to its own button.
it("lets go when the person has gone on meanwhile", () => {
  focusSoon(() => byId("one"));
  vi.advanceTimersByTime(2 * FRAME_MS);
  press("Tab");
  const menu = openMenu();
  vi.advanceTimersByTime(2 * FRAME_MS);
  menu.remove();
  byId("two")?.focus();
  vi.advanceTimersByTime(LONG_MS);
  expect(document.activeElement?.id).toBe("two");
});

it("keeps the keyboard where the person types, also against a menu that closes late", () => {
  focusSoon(() => byId("one"));
  vi.advanceTimersByTime(2 * FRAME_MS);
  press("a");
  byId("two")?.focus();
  vi.advanceTimersByTime(LONG_MS);
  expect(document.activeElement?.id).toBe("one");
});

it("still comes when a key is pressed before there is anything to come to", () => {
  let isThere = false;
  focusSoon(() => (isThere ? byId("one") : null));
  vi.advanceTimersByTime(2 * FRAME_MS);
  press("Tab");
  isThere = true;
  vi.advanceTimersByTime(LONG_MS);
  expect(document.activeElement?.id).toBe("one");
});

function press(key: string): void {
  document.activeElement?.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
}
