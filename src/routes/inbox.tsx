import { Outlet, useParams, useSearch } from "@tanstack/react-router";
import type { Id } from "../../convex/_generated/dataModel";
import { InboxScreen } from "../features/inbox/inbox-screen";
import { NoThread } from "../features/inbox/no-thread";

export function InboxRoute() {
  const search = useSearch({ from: "/inbox" });
  const { threadId } = useParams({ strict: false });
  return (
    <InboxScreen search={search} threadId={threadId === undefined ? null : (threadId as Id<"threads">)}>
      <Outlet />
    </InboxScreen>
  );
}

export function NoThreadRoute() {
  return <NoThread />;
}
