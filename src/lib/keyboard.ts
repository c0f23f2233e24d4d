// The keyboard map's grammar (product.md 3.1): "j", "shift+a", "mod+enter", "g i" (one after the other). Letters are
// matched by value, so that they follow the keyboard's layout; symbols by value or by position, because "/" and "?" sit
// elsewhere on AZERTY and QWERTZ.

export type Stroke = { key: string; mod: boolean; shift: boolean; alt: boolean };

/** How long the second key of "g i" may take. */
export const SEQUENCE_TIMEOUT_MS = 1_200;

const SYMBOL_CODES: Record<string, { code: string; shift: boolean }> = {
  "/": { code: "Slash", shift: false },
  "?": { code: "Slash", shift: true },
  "!": { code: "Digit1", shift: true },
  "#": { code: "Digit3", shift: true },
  ",": { code: "Comma", shift: false },
  ";": { code: "Semicolon", shift: false },
};

export function parseKeys(keys: string): Stroke[] {
  return keys.split(" ").map((part) => {
    const names = part.toLowerCase().split("+");
    const key = names.at(-1) ?? "";
    return { key, mod: names.includes("mod"), shift: names.includes("shift"), alt: names.includes("alt") };
  });
}

type KeyLike = Pick<KeyboardEvent, "key" | "code" | "metaKey" | "ctrlKey" | "shiftKey" | "altKey">;

export function matchesStroke(event: KeyLike, stroke: Stroke): boolean {
  if ((event.metaKey || event.ctrlKey) !== stroke.mod) return false;
  const symbol = SYMBOL_CODES[stroke.key];
  if (symbol !== undefined) {
    // What was typed counts first ("/" is Shift+7 on QWERTZ); the position only where the key types something else there.
    if (event.key in SYMBOL_CODES) return event.key === stroke.key;
    return event.code === symbol.code && event.shiftKey === symbol.shift;
  }
  return event.key.toLowerCase() === stroke.key && event.shiftKey === stroke.shift && event.altKey === stroke.alt;
}

/** True where a key press is text: single keys must not fire there. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target.tagName === "TEXTAREA" || target.tagName === "SELECT") return true;
  if (target.tagName !== "INPUT") return false;
  return !["checkbox", "radio", "button", "submit"].includes((target as HTMLInputElement).type);
}

/** True when every stroke of the binding needs ⌘ or Ctrl, so that it may fire while typing; what undoes text stays the text's. */
export function worksWhileTyping(strokes: readonly Stroke[]): boolean {
  return strokes.every(({ mod, key, shift, alt }) => mod && !(key === "z" && !shift && !alt));
}

const NAMES: Record<string, string> = {
  enter: "↵",
  escape: "Esc",
  arrowdown: "↓",
  arrowup: "↑",
};

/** What is printed on a key cap: ["⌘", "↵"] on Apple machines, ["Ctrl", "↵"] elsewhere. */
export function keyCaps(keys: string, isApple: boolean): string[] {
  return parseKeys(keys).flatMap((stroke) => [
    ...(stroke.mod ? [isApple ? "⌘" : "Ctrl"] : []),
    ...(stroke.alt ? [isApple ? "⌥" : "Alt"] : []),
    ...(stroke.shift ? ["⇧"] : []),
    NAMES[stroke.key] ?? stroke.key.toUpperCase(),
  ]);
}

export function isApplePlatform(): boolean {
  return /mac|iphone|ipad/i.test(navigator.userAgent);
}

/**
 * Finds the binding that an event completes. `pending` are the strokes typed so far of a sequence; the answer says what
 * is pending afterwards. Plain data in and out, so that the map can be tested without a browser.
 */
export function resolveKey<T extends { strokes: readonly Stroke[] }>(
  bindings: readonly T[],
  pending: readonly KeyLike[],
  event: KeyLike,
): { hit: T | null; pending: readonly KeyLike[] } {
  const typed = [...pending, event];
  const starts = bindings.filter(
    ({ strokes }) =>
      strokes.length >= typed.length &&
      typed.every((press, index) => {
        const stroke = strokes[index];
        return stroke !== undefined && matchesStroke(press, stroke);
      }),
  );
  const hit = starts.find(({ strokes }) => strokes.length === typed.length);
  if (hit !== undefined) return { hit, pending: [] };
  if (starts.length > 0) return { hit: null, pending: typed };
  return pending.length > 0 ? resolveKey(bindings, [], event) : { hit: null, pending: [] };
}
