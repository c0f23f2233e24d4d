import type { DeliverySettings as Settings, DeliverySettingsChange as SettingsChange } from "../../../lib/api-types";

// Places in the settings tree, as dotted paths that the compiler knows.

/** Paths of `T` at which a `V` stands. */
type PathTo<T, V> = {
  [K in keyof T & string]-?: Exclude<T[K], undefined> extends V
    ? K
    : Exclude<T[K], undefined> extends readonly unknown[] | string | number | boolean
      ? never
      : `${K}.${PathTo<Exclude<T[K], undefined>, V>}`;
}[keyof T & string];

export type NumberPath = PathTo<Settings, number>;
export type SwitchPath = PathTo<Settings, boolean>;
/** Any place in the tree: a value, or a branch that is set as one. */
export type SettingsPath = NestedPath<Settings>;

type NestedPath<T> = {
  [K in keyof T & string]-?:
    | K
    | (Exclude<T[K], undefined> extends readonly unknown[] | string | number | boolean
        ? never
        : `${K}.${NestedPath<Exclude<T[K], undefined>>}`);
}[keyof T & string];

/** What is sent to the server to set one place: the group it belongs to, with that place changed; undefined clears it. */
export function changeAt(settings: Settings, path: SettingsPath, value: unknown): SettingsChange {
  const [group = "", ...rest] = path.split(".");
  const before = (settings as unknown as Record<string, unknown>)[group];
  return { [group]: withValue(before, rest, value) };
}

function withValue(tree: unknown, [key, ...rest]: readonly string[], value: unknown): unknown {
  if (key === undefined) return value;
  const branch = (typeof tree === "object" && tree !== null ? tree : {}) as Record<string, unknown>;
  const inner = withValue(branch[key], rest, value);
  if (inner !== undefined) return { ...branch, [key]: inner };
  const { [key]: _cleared, ...others } = branch;
  return others;
}

/** True for values that say the same. */
export function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
