import { Calendars } from "./calendars";
import { Policies } from "./policies";
import { WhatIf } from "./what-if";

/** Deadlines and the hours they go by. */
export function ServiceLevels() {
  return (
    <div className="flex flex-col gap-8">
      <Policies />
      <WhatIf />
      <Calendars />
    </div>
  );
}
