import { NARROWINGS, type ThreadFilter } from "../../../../convex/inbox/filters";
import type { InboxSearch } from "../../../lib/search-params";

// What the address filters by, as the list's functions take it and as chips show it.

/** The conditions that stand as chips; the channel has its own place in the navigation. */
export const CHIPS = NARROWINGS.filter((name) => name !== "channel");
export type Chip = (typeof CHIPS)[number];

type Beside = Exclude<InboxSearch["view"], ThreadFilter["view"]>;

/** True for lists of conversations, which filters narrow; tasks, planned answers and deleted ones lie beside them. */
export function listsThreads({ view }: Pick<InboxSearch, "view">): boolean {
  return !isBeside(view);
}

function isBeside(view: InboxSearch["view"]): view is Beside {
  return view === "tasks" || view === "planned" || view === "deleted";
}

/** The filter of conversations an address names; what lies beside them goes by all of them. */
export function filterOf({ view, ...narrowing }: InboxSearch): ThreadFilter {
  return { view: isBeside(view) ? "all" : view, ...narrowing };
}

/** The address without one of its conditions. */
export function without(search: InboxSearch, chip: Chip): InboxSearch {
  const { [chip]: _, ...rest } = search;
  return rest;
}
