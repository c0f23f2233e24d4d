import { useCallback, useSyncExternalStore } from "react";

// Choices of this browser (theme, collapsed sidebar, open dock). They are comfort, never state another person sees.

const PREFIX = "switchboard.";
const listeners = new Set<() => void>();
const memory = new Map<string, string>();

function readRaw(key: string): string | null {
  const held = memory.get(key);
  if (held !== undefined) return held;
  try {
    return localStorage.getItem(PREFIX + key);
  } catch {
    // Storage is blocked (private window, policy): the choice lives as long as the page.
    return null;
  }
}

function parse<T>(raw: string | null, fallback: T): T {
  if (raw === null) return fallback;
  try {
    return JSON.parse(raw) as T;
  } catch {
    return fallback;
  }
}

export function readStored<T>(key: string, fallback: T): T {
  return parse(readRaw(key), fallback);
}

/** Keeps a choice outside of components; those that show it follow. */
export function writeStored<T>(key: string, value: T): void {
  const raw = JSON.stringify(value);
  memory.set(key, raw);
  try {
    localStorage.setItem(PREFIX + key, raw);
  } catch {
    // Same as above: kept in memory only.
  }
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  const onStorage = (event: StorageEvent) => {
    if (event.key?.startsWith(PREFIX)) memory.delete(event.key.slice(PREFIX.length));
    listener();
  };
  listeners.add(listener);
  window.addEventListener("storage", onStorage);
  return () => {
    listeners.delete(listener);
    window.removeEventListener("storage", onStorage);
  };
}

/** A remembered choice, shared by every component and every tab of this browser. */
export function useStored<T extends string | boolean | number | null>(
  key: string,
  fallback: T,
): [T, (value: T) => void] {
  const raw = useSyncExternalStore(subscribe, () => readRaw(key));
  const set = useCallback((value: T) => writeStored(key, value), [key]);
  return [parse(raw, fallback), set];
}
