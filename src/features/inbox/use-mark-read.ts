import { useEffect, useRef } from "react";
import { api } from "../../../convex/_generated/api";
import type { ThreadDetail } from "../../lib/api-types";
import { useOrgMutation } from "../../lib/org";
import { patchThread } from "./optimistic";

/** Opened and really looked at; shorter visits are walking past with j and k. */
const READ_AFTER_MS = 800;

/** A conversation that somebody stays with is read. */
export function useMarkRead(thread: ThreadDetail): void {
  const mutate = useOrgMutation(api.inbox.mutations.markRead, (store, args) =>
    patchThread(store, args.threadId, { isUnread: false }),
  );
  const markRead = useRef(mutate);
  useEffect(() => {
    markRead.current = mutate;
  });
  const { id, isUnread, lastMessageAt } = thread;
  useEffect(() => {
    if (!isUnread) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    // A hidden tab has not read anything: the dwell begins when it is looked at.
    const look = () => {
      clearTimeout(timer);
      if (document.hidden) return;
      // Refused or lost: it stays unread and the next visit asks again.
      timer = setTimeout(() => void markRead.current({ threadId: id }).catch(() => undefined), READ_AFTER_MS);
    };
    look();
    document.addEventListener("visibilitychange", look);
    return () => {
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", look);
    };
  }, [id, isUnread, lastMessageAt]);
}
