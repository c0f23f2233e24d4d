import { useNavigate, useSearch } from "@tanstack/react-router";
import type { Id } from "../../convex/_generated/dataModel";
import { QueueScreen } from "../features/queue/queue-screen";

export function QueueRoute() {
  const { message, ...filter } = useSearch({ from: "/queue" });
  const { group, lane, reason, connection = "" } = filter;
  const navigate = useNavigate();
  return (
    <QueueScreen
      view={group}
      lane={lane ?? null}
      deadFilter={reason === undefined ? null : { reason, connection }}
      messageId={message === undefined ? null : (message as Id<"messageQueue">)}
      onView={(next) => void navigate({ to: "/queue", search: { group: next } })}
      onLane={(next) => void navigate({ to: "/queue", search: { group, ...(next === null ? {} : { lane: next }) } })}
      onDeadFilter={(next) => void navigate({ to: "/queue", search: { group, ...next } })}
      onMessage={(id) =>
        void navigate({ to: "/queue", search: { ...filter, ...(id === null ? {} : { message: id }) } })
      }
    />
  );
}
