import { AlarmClock, AlarmClockOff, Archive, ArchiveRestore, Mail, MailOpen, Star, StarOff } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../../convex/_generated/api";
import { toast, toastError } from "../../../components/ui/toast";
import type { ThreadRow, ThreadStatus } from "../../../lib/api-types";
import { describeError } from "../../../lib/errors";
import { useLanguage } from "../../../lib/i18n";
import { useCan, useOrgMutation } from "../../../lib/org";
import type { SwipeChoice, SwipeSide } from "../../../lib/swipe";
import { useSwipeChoices } from "../../../lib/swipe-choices";
import { dateTime, localZone } from "../../../lib/time-format";
import { isOpenStatus, patchThread } from "../optimistic";

type Swipe = { label: string; icon: ReactNode; run: () => void };
export type Swipes = (row: ThreadRow, side: SwipeSide) => Swipe | null;

/** What a swipe on a row does: the member's choice of this browser, with undo; null where there is nothing to do. */
export function useSwipes(): Swipes {
  const choices = useSwipeChoices();
  const actions = useRowActions();
  return (row, side) => {
    const choice = choices[side].choice;
    return choice === "none" ? null : actions[choice](row);
  };
}

function useRowActions(): Record<Exclude<SwipeChoice, "none">, (row: ThreadRow) => Swipe | null> {
  const { t } = useTranslation();
  const mayReply = useCan("inbox.reply");
  const fail = (thrown: unknown) => toastError(describeError(thrown, t));
  const setStatus = useOrgMutation(api.inbox.mutations.setStatus, (store, { threadId, status }) =>
    patchThread(store, threadId, { status, isOpen: isOpenStatus(status) }),
  );
  const personal = useOrgMutation(api.inbox.personal.mutations.set, (store, { orgId: _, threadId, ...change }) =>
    patchThread(store, threadId, change),
  );
  const snoozed = useSnoozeOfRow();
  const close = ({ id: threadId, status, isOpen }: ThreadRow): Swipe | null => {
    if (!mayReply) return null;
    const put = (next: ThreadStatus) => void setStatus({ threadId, status: next }).catch(fail);
    const run = (next: ThreadStatus, said: string) => () => {
      put(next);
      toast(said, { undo: () => put(status) });
    };
    return isOpen
      ? { label: t("thread.close"), icon: <Archive size={18} />, run: run("closed", t("thread.closed")) }
      : { label: t("thread.reopen"), icon: <ArchiveRestore size={18} />, run: run("open", t("thread.reopened")) };
  };
  const toggle = (row: ThreadRow, field: "isUnread" | "isStarred", said: string) => () => {
    const put = (value: boolean) => void personal({ threadId: row.id, [field]: value }).catch(fail);
    const before = row[field];
    put(!before);
    toast(said, { undo: () => put(before) });
  };
  const unread = (row: ThreadRow): Swipe => {
    const icon = row.isUnread ? <MailOpen size={18} /> : <Mail size={18} />;
    const said = t(row.isUnread ? "phone.markedRead" : "phone.markedUnread");
    return { label: t(row.isUnread ? "personal.read" : "personal.unread"), icon, run: toggle(row, "isUnread", said) };
  };
  const star = (row: ThreadRow): Swipe => {
    const icon = row.isStarred ? <StarOff size={18} /> : <Star size={18} />;
    const said = t(row.isStarred ? "phone.unstarred" : "phone.starred");
    return { label: t(row.isStarred ? "personal.unstar" : "personal.star"), icon, run: toggle(row, "isStarred", said) };
  };
  return { close, snooze: (row) => (mayReply ? snoozed(row) : null), unread, star };
}

/** Until tomorrow morning; a snoozed one is brought back. */
function useSnoozeOfRow(): (row: ThreadRow) => Swipe | null {
  const { t } = useTranslation();
  const language = useLanguage();
  const fail = (thrown: unknown) => toastError(describeError(thrown, t));
  const snooze = useOrgMutation(api.inbox.snooze.mutations.snooze, (store, { threadId, until }) =>
    patchThread(store, threadId, { snoozedUntil: until }),
  );
  const unsnooze = useOrgMutation(api.inbox.snooze.mutations.unsnooze, (store, { threadId }) =>
    patchThread(store, threadId, { snoozedUntil: undefined }),
  );
  return ({ id: threadId, isOpen, snoozedUntil: before }) => {
    if (!isOpen) return null;
    const put = (until: number | null | undefined) =>
      void (until === undefined ? unsnooze({ threadId }) : snooze({ threadId, until })).catch(fail);
    const undo = () => put(before);
    if (before !== undefined) {
      const run = () => {
        put(undefined);
        toast(t("snooze.broughtBack"), { undo });
      };
      return { label: t("snooze.bringBack"), icon: <AlarmClockOff size={18} />, run };
    }
    const run = async () => {
      // The arithmetic of calendars is much to load for a list that nobody has swiped in.
      const { snoozePresets } = await import("../snooze-times");
      const now = Date.now();
      const at = snoozePresets(now, localZone()).find(({ preset }) => preset === "tomorrow")?.at;
      if (at === undefined) return;
      put(at);
      toast(t("snooze.done", { at: dateTime(at, language, now) }), { undo });
    };
    return { label: t("snooze.presets.tomorrow"), icon: <AlarmClock size={18} />, run: () => void run().catch(fail) };
  };
}
