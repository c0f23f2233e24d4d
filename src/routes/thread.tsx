import { useParams } from "@tanstack/react-router";
import type { Id } from "../../convex/_generated/dataModel";
import { ThreadScreen } from "../features/inbox/thread-screen";

export function ThreadRoute() {
  const { threadId } = useParams({ from: "/inbox/$threadId" });
  return <ThreadScreen threadId={threadId as Id<"threads">} />;
}
