import { Archive, ArchiveRestore, Bell, BellOff, Eye, EyeOff, Mail, MailOpen, Star, StarOff } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import { toast, toastError } from "../../components/ui/toast";
import type { ThreadDetail } from "../../lib/api-types";
import { describeError } from "../../lib/errors";
import { useCan, useOrgMutation } from "../../lib/org";
import { DELETE_KEYS } from "./deletion/use-deletion";
import { useInboxPlace } from "./inbox-context";
import { patchThread } from "./optimistic";

type Change = Partial<Pick<ThreadDetail, "isStarred" | "isFollowing" | "isMuted" | "isArchived" | "isUnread">>;
type PersonalId =
  "star" | "unstar" | "follow" | "unfollow" | "mute" | "unmute" | "unread" | "read" | "archive" | "unarchive";
type PersonalAction = { id: PersonalId; keys: string; also: string[]; does: string; icon: ReactNode; run: () => void };

/** What a conversation is to the member alone: each action and its way back. */
export function usePersonal(thread: ThreadDetail): PersonalAction[] {
  const { t } = useTranslation();
  const place = useInboxPlace();
  const mayDelete = useCan("threads.delete");
  const mutation = useOrgMutation(api.inbox.personal.mutations.set, (store, { orgId: _, threadId, ...change }) =>
    patchThread(store, threadId, change),
  );
  const set = (change: Change) =>
    void mutation({ threadId: thread.id, ...change }).catch((thrown: unknown) => toastError(describeError(thrown, t)));
  const { isStarred, isFollowing, isMuted, isArchived, isUnread } = thread;
  const archive = () => {
    place.moveOn();
    set({ isArchived: true });
    toast(t("personal.archived"), { undo: () => set({ isArchived: false }) });
  };
  // Looking at it reads it: made unread by hand, it is left.
  const unread = () => {
    set({ isUnread: true });
    place.leave();
  };
  const item = (
    id: PersonalId,
    keys: string,
    icon: ReactNode,
    run: () => void,
    also: string[] = [],
  ): PersonalAction => {
    return { id, keys, also, icon, run, does: t(`personal.${id}`) };
  };
  return [
    isStarred
      ? item("unstar", "s", <StarOff size={14} />, () => set({ isStarred: false }))
      : item("star", "s", <Star size={14} />, () => set({ isStarred: true })),
    isFollowing
      ? item("unfollow", "shift+w", <EyeOff size={14} />, () => set({ isFollowing: false }))
      : item("follow", "shift+w", <Eye size={14} />, () => set({ isFollowing: true })),
    isMuted
      ? item("unmute", "shift+m", <Bell size={14} />, () => set({ isMuted: false }))
      : item("mute", "shift+m", <BellOff size={14} />, () => set({ isMuted: true })),
    isUnread
      ? item("read", "u", <MailOpen size={14} />, () => set({ isUnread: false }))
      : item("unread", "u", <Mail size={14} />, unread),
    isArchived
      ? item("unarchive", "y", <ArchiveRestore size={14} />, () => set({ isArchived: false }))
      : // The key for the bin puts away for oneself where one may not delete.
        item("archive", "y", <Archive size={14} />, archive, mayDelete ? [] : [DELETE_KEYS]),
  ];
}
