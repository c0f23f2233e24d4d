import type { NotificationTarget } from "./schema";

/** Where in the app a notification leads. The browser asks the same file. */
export function pathOf(target: NotificationTarget): string {
  switch (target.kind) {
    case "thread":
      return `/inbox/${target.threadId}?view=mine`;
    case "task":
      return "/tasks?status=open";
    case "alerts":
      return "/monitoring?range=day";
  }
}
