import { CallSettings } from "./call-settings";
import { TaskTriggers } from "./task-triggers";
import { ThreadTriggerSettings } from "./thread-triggers";
import { TicketSettings } from "./ticket-settings";

/** What happens by itself when people work in conversations. */
export function Work() {
  return (
    <div className="flex flex-col gap-8">
      <TicketSettings />
      <CallSettings />
      <TaskTriggers />
      <ThreadTriggerSettings />
    </div>
  );
}
