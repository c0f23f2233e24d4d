/**
 * What was changed from `seen` to `next`, done to `latest`: two fields of one form may be handed on in one moment, and
 * somebody else may have changed a third meanwhile. What has become of another kind is taken as a whole. Pure.
 */
export function merged<T>(seen: T, next: T, latest: T): T {
  if (JSON.stringify(seen) === JSON.stringify(next)) return latest;
  if (!isObject(seen) || !isObject(next) || !isObject(latest)) return next;
  if (shapeOf(seen) !== shapeOf(next) || shapeOf(next) !== shapeOf(latest)) return next;
  const result = structuredClone(latest);
  for (const key of Object.keys(seen)) if (!(key in next)) Reflect.deleteProperty(result, key);
  for (const [key, value] of Object.entries(next)) {
    Reflect.set(result, key, merged(Reflect.get(seen, key), value, Reflect.get(latest, key)));
  }
  return result;
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

/** A list with one more or fewer is another list. */
function shapeOf(value: object): unknown {
  return Array.isArray(value) ? value.length : Reflect.get(value, "kind");
}
