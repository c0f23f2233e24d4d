/** What a contact is, as far as imports and merges write it. */
type Fields = { attributes: Record<string, string | number | boolean> };

/**
 * A contact's fields with what one change wrote taken back: each of `keys`, and each attribute, that still holds what the
 * change left (`after`) gets its value from `before`; what somebody changed since stays.
 */
export function reverted<F extends Fields>(
  current: F,
  before: F,
  after: F,
  keys: readonly Exclude<keyof F, "attributes">[],
): F {
  const attributes = { ...current.attributes };
  for (const [key, value] of Object.entries(after.attributes)) {
    if (attributes[key] !== value) continue;
    const earlier = before.attributes[key];
    if (earlier === undefined) delete attributes[key];
    else attributes[key] = earlier;
  }
  const fields = { ...current, attributes };
  for (const key of keys) {
    if (JSON.stringify(current[key]) === JSON.stringify(after[key])) fields[key] = before[key];
  }
  return fields;
}
