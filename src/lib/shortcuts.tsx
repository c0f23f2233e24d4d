import {
  createContext,
  type ReactNode,
  use,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useSyncExternalStore,
} from "react";
import { isTyping, parseKeys, resolveKey, SEQUENCE_TIMEOUT_MS, type Stroke, worksWhileTyping } from "./keyboard";
import { useStored } from "./stored";

export type ShortcutGroup = "general" | "go" | "list" | "thread";

/** One action with its keys. The same list feeds the key handler, the `?` help and the command palette. */
export type Shortcut = {
  id: string;
  /** null: the palette alone names it. */
  keys: string | null;
  /** Further keys with the same effect (arrow keys beside j and k). */
  also?: string[];
  label: string;
  group: ShortcutGroup;
  /** Again and again while its key is held: for walking, never for what changes something. */
  repeats?: boolean;
  run: () => void;
};

type Bound = { strokes: Stroke[]; shortcut: Shortcut };

/** All keys of an action. */
export function keysOf({ keys, also = [] }: Pick<Shortcut, "keys" | "also">): string[] {
  return keys === null ? also : [keys, ...also];
}

/** Whose meaning of a key counts: what stands over the screen goes before the screen, whichever came later. */
type ShortcutLayer = "screen" | "over";

type ShortcutSet = { layer: ShortcutLayer; shortcuts: Shortcut[] };

class ShortcutRegistry {
  private readonly sets = new Map<symbol, ShortcutSet>();
  private readonly listeners = new Set<() => void>();
  private snapshot: Shortcut[] = [];

  /** Of one layer the later set wins: the innermost screen decides what a key means. A set that changes keeps its place. */
  set(owner: symbol, set: ShortcutSet | null): void {
    if (set === null || set.shortcuts.length === 0) this.sets.delete(owner);
    else this.sets.set(owner, set);
    const latestFirst = [...this.sets.values()].reverse();
    this.snapshot = (["over", "screen"] as const).flatMap((layer) =>
      latestFirst.flatMap((one) => (one.layer === layer ? one.shortcuts : [])),
    );
    for (const listener of this.listeners) listener();
  }

  readonly list = (): Shortcut[] => this.snapshot;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };
}

const RegistryContext = createContext(new ShortcutRegistry());
const PauseContext = createContext<{ current: boolean }>({ current: false });

/** While `isOn`, the keys of what is inside do nothing: it is still seen, but no longer meant. */
export function ShortcutPause({ isOn, children }: { isOn: boolean; children: ReactNode }) {
  const pause = useRef(isOn);
  useLayoutEffect(() => {
    pause.current = isOn;
  }, [isOn]);
  return <PauseContext value={pause}>{children}</PauseContext>;
}

/** A dialog or menu owns the keyboard while it is open. */
export function overlayIsOpen(): boolean {
  return document.querySelector("[role=dialog][data-modal], [role=menu], [role=listbox][data-popup]") !== null;
}

export function ShortcutProvider({ children }: { children: ReactNode }) {
  const registry = useMemo(() => new ShortcutRegistry(), []);
  const [isOn] = useStored<boolean>("shortcuts", true);
  useEffect(() => {
    let pending: readonly KeyboardEvent[] = [];
    let timer: ReturnType<typeof setTimeout> | undefined;
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing || overlayIsOpen()) return;
      if (["Shift", "Control", "Alt", "Meta"].includes(event.key)) return;
      const typing = isTyping(event.target);
      const bindings: Bound[] = registry
        .list()
        .flatMap((shortcut) => keysOf(shortcut).map((keys) => ({ strokes: parseKeys(keys), shortcut })))
        .filter(({ strokes }) => worksWhileTyping(strokes) || (!typing && isOn))
        .filter(({ shortcut }) => !event.repeat || shortcut.repeats === true);
      const result = resolveKey(bindings, pending, event);
      pending = result.pending as readonly KeyboardEvent[];
      clearTimeout(timer);
      if (pending.length > 0) timer = setTimeout(() => (pending = []), SEQUENCE_TIMEOUT_MS);
      if (result.hit === null) return;
      event.preventDefault();
      result.hit.shortcut.run();
    };
    window.addEventListener("keydown", onKeyDown);
    return () => {
      clearTimeout(timer);
      window.removeEventListener("keydown", onKeyDown);
    };
  }, [registry, isOn]);
  return <RegistryContext value={registry}>{children}</RegistryContext>;
}

/**
 * Registers the shortcuts of a screen, or of what stands over one, as long as it is mounted. The list may be made anew on
 * every render.
 */
export function useShortcuts(shortcuts: Shortcut[], layer: ShortcutLayer = "screen"): void {
  const registry = use(RegistryContext);
  const pause = use(PauseContext);
  const owner = useRef(Symbol("shortcuts"));
  const latest = useRef(shortcuts);
  useEffect(() => {
    latest.current = shortcuts;
  });
  const shape = JSON.stringify(shortcuts.map(({ id, keys, label }) => [id, keys, label]));
  useEffect(() => {
    const own = latest.current.map((shortcut) => ({
      ...shortcut,
      run: () => {
        if (!pause.current) latest.current.find(({ id }) => id === shortcut.id)?.run();
      },
    }));
    registry.set(owner.current, { layer, shortcuts: own });
  }, [registry, pause, shape, layer]);
  useEffect(() => {
    const key = owner.current;
    return () => registry.set(key, null);
  }, [registry]);
}

/** Every shortcut that works right now, innermost screen first. */
export function useActiveShortcuts(): Shortcut[] {
  const registry = use(RegistryContext);
  return useSyncExternalStore(registry.subscribe, registry.list);
}
