import { describe, expect, it } from "vitest";
import { isTyping, keyCaps, matchesStroke, parseKeys, resolveKey, worksWhileTyping } from "./keyboard";

type Press = Parameters<typeof matchesStroke>[0];

function press(key: string, extra: Partial<Press> = {}): Press {
  return { key, code: "", metaKey: false, ctrlKey: false, shiftKey: false, altKey: false, ...extra };
}

function matches(keys: string, event: Press): boolean {
  const [stroke] = parseKeys(keys);
  return stroke !== undefined && matchesStroke(event, stroke);
}

describe("matchesStroke", () => {
  it("takes letters by value, with exactly the modifiers asked for", () => {
    expect(matches("e", press("e"))).toBe(true);
    expect(matches("e", press("E", { shiftKey: true }))).toBe(false);
    expect(matches("shift+e", press("E", { shiftKey: true }))).toBe(true);
    expect(matches("mod+k", press("k", { metaKey: true }))).toBe(true);
    expect(matches("mod+k", press("k", { ctrlKey: true }))).toBe(true);
    expect(matches("k", press("k", { ctrlKey: true }))).toBe(false);
  });

  it("takes symbols by what was typed, wherever the key sits", () => {
    const qwertzSlash = press("/", { code: "Digit7", shiftKey: true });
    expect(matches("/", qwertzSlash)).toBe(true);
    expect(matches("?", qwertzSlash)).toBe(false);
    expect(matches("?", press("?", { code: "Minus", shiftKey: true }))).toBe(true);
  });

  it("falls back to the position where the key types something else", () => {
    expect(matches("/", press("-", { code: "Slash" }))).toBe(true);
    expect(matches("?", press("_", { code: "Slash", shiftKey: true }))).toBe(true);
  });
});

describe("resolveKey", () => {
  const bindings = ["g i", "g q", "i"].map((keys) => ({ keys, strokes: parseKeys(keys) }));

  it("waits for the second key of a sequence", () => {
    const first = resolveKey(bindings, [], press("g"));
    expect(first.hit).toBeNull();
    expect(resolveKey(bindings, first.pending, press("q")).hit?.keys).toBe("g q");
  });

  it("prefers the sequence over the single key it ends with", () => {
    const first = resolveKey(bindings, [], press("g"));
    expect(resolveKey(bindings, first.pending, press("i")).hit?.keys).toBe("g i");
    expect(resolveKey(bindings, [], press("i")).hit?.keys).toBe("i");
  });

  it("takes a key that breaks a sequence for itself", () => {
    const first = resolveKey(bindings, [], press("g"));
    const second = resolveKey(bindings, first.pending, press("x"));
    expect(second).toEqual({ hit: null, pending: [] });
  });
});

describe("typing", () => {
  it("knows text fields from buttons", () => {
    const field = document.createElement("input");
    const box = document.createElement("input");
    box.type = "checkbox";
    const area = document.createElement("textarea");
    expect([field, box, area, document.createElement("button"), null].map(isTyping)).toEqual([
      true,
      false,
      true,
      false,
      false,
    ]);
  });

  it("lets only combinations with ⌘ or Ctrl through", () => {
    expect(worksWhileTyping(parseKeys("mod+enter"))).toBe(true);
    expect(worksWhileTyping(parseKeys("g i"))).toBe(false);
  });
});

describe("keyCaps", () => {
  it("prints what stands on the machine's keys", () => {
    expect(keyCaps("mod+shift+enter", true)).toEqual(["⌘", "⇧", "↵"]);
    expect(keyCaps("mod+k", false)).toEqual(["Ctrl", "K"]);
    expect(keyCaps("g i", false)).toEqual(["G", "I"]);
  });
});
