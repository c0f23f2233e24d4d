import { isIncomplete } from "../../lib/conditions";
import { NO_SEGMENT } from "../closedSets";
import { LONGEST_WAIT_DAYS } from "../flow/problems";
import type { Condition, Test } from "../flow/schema";
import type { Settings } from "./schema";

// What settings of a journey may say. Pure: the screen and the server ask the same.

/** Those of a journey that nobody has set any for. */
export const DEFAULT_SETTINGS: Settings = {
  entry: null,
  reentry: { kind: "each_booking" },
  goal: null,
  exits: { onReply: false, onComplaint: false, onStopMatching: false },
  quietHours: null,
  purpose: null,
  entryCap: null,
  sendCap: null,
};

const CLOCK_TIME = /^([01]\d|2[0-3]):[0-5]\d$/;
/** Beyond it a cap is none. */
const CAP_LIMIT = 10_000_000;
const GROUPS_LIMIT = 20;
const TESTS_LIMIT = 20;

/** The setting that cannot stand, or null. */
export function wrongSetting(settings: Settings): keyof Settings | null {
  const { entry, goal, reentry, exits, quietHours } = settings;
  const cap = (["entryCap", "sendCap"] as const).find((key) => !isCap(settings[key] ?? null));
  if (cap !== undefined) return cap;
  if (entry !== null && !isSaid(entry)) return "entry";
  if (goal !== null && !isSaid(goal)) return "goal";
  if (exits.onStopMatching && entry === null) return "exits";
  if (reentry.kind === "after_days") {
    const { days } = reentry;
    if (!Number.isInteger(days) || days < 1 || days > LONGEST_WAIT_DAYS) return "reentry";
  }
  if (quietHours === null) return null;
  const { start, end } = quietHours;
  return CLOCK_TIME.test(start) && CLOCK_TIME.test(end) && start !== end ? null : "quietHours";
}

function isCap(cap: number | null): boolean {
  return cap === null || (Number.isInteger(cap) && cap >= 1 && cap <= CAP_LIMIT);
}

/** A condition without a complete test would hold for everybody. */
function isSaid({ groups }: Condition): boolean {
  if (groups.length === 0 || groups.length > GROUPS_LIMIT) return false;
  return groups.every(({ tests }) => tests.length > 0 && tests.length <= TESTS_LIMIT && tests.every(isComplete));
}

function isComplete(test: Test): boolean {
  if (test.kind === "fact") return !isIncomplete(test);
  if (test.kind === "segment") return test.segmentId !== NO_SEGMENT;
  return test.kind !== "outcome" || test.stepId !== "";
}
