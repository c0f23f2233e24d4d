import { useEffect } from "react";
import type { Id } from "../../../convex/_generated/dataModel";
import type { InboxSearch } from "../../lib/search-params";
import { ListHead } from "./list-head";
import { PlannedTabs } from "./planned-list";

type PlannedPaneProps = { search: InboxSearch; onOrder: (ids: readonly Id<"threads">[]) => void };

/** In the place of the list: every answer that leaves later, to be changed or taken back. */
export function PlannedPane({ search, onOrder }: PlannedPaneProps) {
  useEffect(() => onOrder([]), [onOrder]);
  return (
    <>
      <ListHead search={search} />
      <div className="min-h-0 grow overflow-y-auto px-4 py-2">
        <PlannedTabs />
      </div>
    </>
  );
}
