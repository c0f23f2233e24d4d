import { NARROWINGS, type ThreadFilter } from "../../../../convex/inbox/filters";
import type { InboxSearch } from "../../../lib/search-params";

// What the address filters by, as the list's functions take it and as chips show it.

/** The conditions that stand as chips; the channel has its own place in the navigation. */
export const CHIPS = NARROWINGS.filter((name) => name !== "channel");
export type Chip = (typeof CHIPS)[number];

/** True for lists of conversations, which filters narrow; tasks and planned answers lie beside them. */
export function listsThreads({ view }: InboxSearch): boolean {
  return view !== "tasks" && view !== "planned";
}

/** The filter of conversations an address names; what lies beside them goes by all of them. */
export function filterOf({ view, ...narrowing }: InboxSearch): ThreadFilter {
  return { view: view === "tasks" || view === "planned" ? "all" : view, ...narrowing };
}

/** The address without one of its conditions. */
export function without(search: InboxSearch, chip: Chip): InboxSearch {
  const { [chip]: _, ...rest } = search;
  return rest;
}
