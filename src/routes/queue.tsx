import { useNavigate, useSearch } from "@tanstack/react-router";
import type { Id } from "../../convex/_generated/dataModel";
import { QueueScreen } from "../features/queue/queue-screen";

export function QueueRoute() {
  const { group, message } = useSearch({ from: "/queue" });
  const navigate = useNavigate();
  return (
    <QueueScreen
      group={group}
      messageId={message === undefined ? null : (message as Id<"messageQueue">)}
      onGroup={(next) => void navigate({ to: "/queue", search: { group: next } })}
      onMessage={(id) => void navigate({ to: "/queue", search: { group, ...(id === null ? {} : { message: id }) } })}
    />
  );
}
