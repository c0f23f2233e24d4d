import { CallSettings } from "./call-settings";
import { DueHours } from "./due-hours";
import { TaskTriggers } from "./task-triggers";
import { ThreadTriggerSettings } from "./thread-triggers";
import { TicketSettings } from "./ticket-settings";

/** What happens by itself when people work in conversations. */
export function Work() {
  return (
    <div className="flex flex-col gap-8">
      <TicketSettings />
      <CallSettings />
      <DueHours />
      <TaskTriggers />
      <ThreadTriggerSettings />
    </div>
  );
}
