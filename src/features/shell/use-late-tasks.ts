import { useState } from "react";
import { api } from "../../../convex/_generated/api";
import { useNow } from "../../lib/now";
import { useCan, useOrgQuery } from "../../lib/org";

const MINUTE_MS = 60_000;

/** Tasks past their time, counted up to this many. */
export const MOST_LATE = 100;

/** How many tasks are past their time, asked anew each minute; meanwhile as it was. */
export function useLateTasks(): number {
  const mayRead = useCan("tasks.read");
  const minute = Math.floor(useNow() / MINUTE_MS);
  const count = useOrgQuery(api.tasks.queries.countLate, mayRead ? { minute } : "skip");
  const [kept, setKept] = useState(0);
  if (count !== undefined && count !== kept) setKept(count);
  return mayRead ? (count ?? kept) : 0;
}
