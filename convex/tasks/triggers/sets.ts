import type { ThreadType } from "../../lib/closedSets";

// Moments of conversations that become tasks (product.md A-37). Pure; the browser uses it too.

/** Named like the type of task they make (S1 task_type). */
export const THREAD_TRIGGERS = ["follow_up", "documentation", "approval_request"] as const;
export type ThreadTrigger = (typeof THREAD_TRIGGERS)[number];

/** `withinMinutes`: opening time until it is due. `threadTypes`: the conversations it is about. */
type ThreadTriggerRule = { isOn: boolean; withinMinutes: number; threadTypes: ThreadType[] };
export type ThreadTriggers = Record<ThreadTrigger, ThreadTriggerRule>;
