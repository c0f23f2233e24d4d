/** Makes the global object an event target. Evaluated in whatever realm it is bundled for: import nothing here. */
export function installGlobalEvents(globals: object): void {
  const events = new (globals as { EventTarget: typeof EventTarget }).EventTarget();
  for (const name of ["addEventListener", "removeEventListener", "dispatchEvent"] as const) {
    const value = (...args: unknown[]) => (events[name] as (...values: unknown[]) => unknown).apply(events, args);
    Object.defineProperty(globals, name, { value, writable: true, configurable: true, enumerable: false });
  }
}
