import { NARROWINGS, type ThreadFilter } from "../../../../convex/inbox/filters";
import type { InboxSearch } from "../../../lib/search-params";

// What the address filters by, as the list's functions take it and as chips show it.

/** The conditions that stand as chips; the channel has its own place in the navigation. */
export const CHIPS = NARROWINGS.filter((name) => name !== "channel");
export type Chip = (typeof CHIPS)[number];

/** The filter of conversations an address names; tasks lie beside all of them. */
export function filterOf({ view, ...narrowing }: InboxSearch): ThreadFilter {
  return { view: view === "tasks" ? "all" : view, ...narrowing };
}

/** The address without one of its conditions. */
export function without(search: InboxSearch, chip: Chip): InboxSearch {
  const { [chip]: _, ...rest } = search;
  return rest;
}
