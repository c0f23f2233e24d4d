// Closed sets of notifications; the browser reads the same file.

/** What a member may be told about (product.md A-46). */
export const NOTIFICATION_KINDS = [
  "assigned",
  "new_message",
  "team_unassigned",
  "unassigned",
  "mentioned",
  "deadline",
  "task_assigned",
  "task_due",
  "reply_failed",
  "bad_rating",
  "alert",
] as const;

/**
 * Where: in the list behind the bell; beside it on the desktop while the tab is in the background; on the member's devices
 * (Web Push) while they look nowhere.
 */
export const NOTIFICATION_CHANNELS = ["app", "browser", "push"] as const;
