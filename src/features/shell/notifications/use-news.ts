import { useNavigate, useRouterState } from "@tanstack/react-router";
import { useEffect, useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../../convex/_generated/api";
import type { Id } from "../../../../convex/_generated/dataModel";
import { pathOf } from "../../../../convex/notifications/paths";
import { channelsFor, isQuiet } from "../../../../convex/notifications/preferences";
import { useOrg, useOrgMutation, useOrgQuery } from "../../../lib/org";
import { onNotificationPath, showSystemNotification } from "../../../lib/service-worker";
import { readStored, useStored } from "../../../lib/stored";
import { useTitleBadge } from "../../../lib/title";
import { type News, newsSubject, newsTitle, openNews } from "./news-text";

/** The server counts no further. */
const MAX_COUNTED = 100;
/** A tab in the background lets one in the foreground say first that somebody is looking. */
const DEFER_MS = 1_000;
const TOLD_KEY = "newsToldUpTo";

function subscribe(listener: () => void): () => void {
  document.addEventListener("visibilitychange", listener);
  return () => document.removeEventListener("visibilitychange", listener);
}

/** "3", "99+", or null when nothing is unread. */
export function badgeText(count: number | undefined): string | null {
  if (count === undefined || count === 0) return null;
  return count >= MAX_COUNTED ? `${MAX_COUNTED - 1}+` : String(count);
}

/**
 * What the member was told and has not read: in the title of the tab, on the desktop while nobody looks, and read as soon
 * as its conversation is on the screen. Once per shell.
 */
export function useNewsWatch(): void {
  const unread = useOrgQuery(api.notifications.queries.unread, {});
  useTitleBadge(badgeText(unread?.count));
  useAppBadge(unread?.count);
  const isVisible = useSyncExternalStore(subscribe, () => !document.hidden);
  useReadOnScreen(unread, isVisible);
  useDesktopNews(unread?.newest, isVisible);
}

/** The same on the icon of the installed app, where the system has such a thing. */
function useAppBadge(count: number | undefined): void {
  useEffect(() => {
    if (count === undefined || !("setAppBadge" in navigator)) return;
    // Refused where the app is not installed.
    void navigator.setAppBadge(count).catch(() => undefined);
  }, [count]);
}

/** "HH:MM" by the clocks of a zone, without the zone arithmetic that only other screens load. */
function clockIn(timeZone: string): string {
  const format = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone });
  return format.format(Date.now());
}

type Unread = { count: number; newest: News[] } | undefined;

function useReadOnScreen(unread: Unread, isVisible: boolean): void {
  const markThread = useOrgMutation(api.notifications.mutations.markThread);
  const pathname = useRouterState({ select: (state) => state.location.pathname });
  const threadId = /^\/inbox\/([a-z0-9]+)$/.exec(pathname)?.[1];
  const hasUnread = unread !== undefined && unread.count > 0;
  const newestAt = unread?.newest[0]?.at;
  useEffect(() => {
    if (threadId === undefined || !hasUnread || !isVisible) return;
    // What is still unread is tried again with the next news; the bell shows it until then.
    void markThread({ threadId: threadId as Id<"threads"> }).catch(() => undefined);
  }, [threadId, hasUnread, newestAt, isVisible, markThread]);
}

function useDesktopNews(newest: News[] | undefined, isVisible: boolean): void {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const settings = useOrgQuery(api.notifications.queries.settings, {});
  const [, setToldUpTo] = useStored<number>(TOLD_KEY, 0);
  const newestAt = newest?.[0]?.at;
  const { orgId, me, switchTo } = useOrg();
  useEffect(
    () =>
      onNotificationPath((path, pushedFrom) => {
        const other = me.memberships.find((one) => one.orgId === pushedFrom && one.orgId !== orgId);
        if (other !== undefined) switchTo(other.orgId);
        void navigate({ href: path });
      }),
    [navigate, me, orgId, switchTo],
  );
  useEffect(() => {
    if (newest === undefined || newestAt === undefined || settings === undefined) return;
    const toldUpTo = readStored<number>(TOLD_KEY, 0);
    if (newestAt <= toldUpTo) return;
    // Whoever looks sees the bell; and what is old when a browser is used for the first time is no news.
    if (isVisible || toldUpTo === 0) {
      setToldUpTo(newestAt);
      return;
    }
    const timer = setTimeout(() => {
      const told = readStored<number>(TOLD_KEY, 0);
      setToldUpTo(Math.max(told, newestAt));
      const quiet = isQuiet(clockIn(settings.timezone), settings.quietHours ?? undefined);
      if (quiet || !("Notification" in window) || Notification.permission !== "granted") return;
      for (const news of newest) {
        if (news.at <= told || !channelsFor(settings.choices, news.kind).includes("browser")) continue;
        // A system that refuses to show it takes nothing away: the bell has it.
        void showSystemNotification(newsTitle(news, t), {
          body: newsSubject(news),
          tag: news.id,
          path: pathOf(news.target),
          open: () => openNews(navigate, news),
        }).catch(() => undefined);
      }
    }, DEFER_MS);
    return () => clearTimeout(timer);
  }, [newest, newestAt, settings, isVisible, setToldUpTo, navigate, t]);
}
