/**
 * What stands under a key, asked for once. A promise is kept as the promise it is: who asks again waits for the same answer,
 * and no turn longer.
 */
export function remember<Key, Value extends NonNullable<unknown> | null>(
  known: Map<Key, Value>,
  key: Key,
  ask: () => Value,
): Value {
  const before = known.get(key);
  if (before !== undefined) return before;
  const answer = ask();
  known.set(key, answer);
  return answer;
}
