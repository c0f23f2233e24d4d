// Which of several chosen conversations can be made one, and which of them stays. Pure.

/** Conversations that are put into another one in one step. */
export const MAX_SOURCES = 20;

/** Why chosen conversations cannot be made one. */
export type TogetherProblem = "too_few" | "too_many" | "no_customer" | "customers_differ";

type Chosen = { contactId?: string | undefined; isOpen?: boolean | undefined; number: number };

/** What stands against making one of them; null: nothing. Whoever means it merges two customers' one by one. */
export function togetherProblem(chosen: readonly Chosen[]): TogetherProblem | null {
  if (chosen.length < 2) return "too_few";
  if (chosen.length > MAX_SOURCES + 1) return "too_many";
  const people = new Set(chosen.map(({ contactId }) => contactId));
  if (people.has(undefined)) return "no_customer";
  return people.size > 1 ? "customers_differ" : null;
}

/** The one that stays: the oldest of those that are open, the oldest of all where none is. */
export function stayingOf<T extends Chosen>(chosen: readonly T[]): T | undefined {
  const open = chosen.filter(({ isOpen }) => isOpen);
  return (open.length > 0 ? open : chosen).toSorted((a, b) => a.number - b.number)[0];
}
