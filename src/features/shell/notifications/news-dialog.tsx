import { Link, useNavigate } from "@tanstack/react-router";
import {
  AlarmClock,
  AtSign,
  BellOff,
  Circle,
  CircleDot,
  Frown,
  Inbox,
  ListChecks,
  ListPlus,
  type LucideIcon,
  MailX,
  MessageSquareText,
  TriangleAlert,
  UserRoundCheck,
} from "lucide-react";
import { useTranslation } from "react-i18next";
import { api } from "../../../../convex/_generated/api";
import { Button, IconButton } from "../../../components/ui/button";
import { cx } from "../../../components/ui/classes";
import { Dialog } from "../../../components/ui/dialog";
import { EmptyState } from "../../../components/ui/empty-state";
import { SkeletonRows } from "../../../components/ui/skeleton";
import { RelativeTime } from "../../../components/ui/time";
import { toastError } from "../../../components/ui/toast";
import { describeError } from "../../../lib/errors";
import { useOrgMutation, useOrgPaginatedQuery } from "../../../lib/org";
import { type News, newsSubject, newsTitle, openNews } from "./news-text";

const PAGE_SIZE = 20;

const ICONS: Record<News["kind"], LucideIcon> = {
  assigned: UserRoundCheck,
  new_message: MessageSquareText,
  team_unassigned: Inbox,
  unassigned: Inbox,
  mentioned: AtSign,
  deadline: AlarmClock,
  task_assigned: ListPlus,
  task_due: ListChecks,
  reply_failed: MailX,
  bad_rating: Frown,
  alert: TriangleAlert,
};

/** What the member was told, newest first. */
export function NewsDialog({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  const run = useRun();
  const markAll = useOrgMutation(api.notifications.mutations.markAll);
  return (
    <Dialog
      title={t("notifications.title")}
      isOpen={isOpen}
      onClose={onClose}
      footer={
        <>
          <Link
            to="/settings/$section"
            params={{ section: "notifications" }}
            onClick={onClose}
            className="mr-auto flex items-center rounded-md px-2 text-sm text-accent-text hover:bg-hover max-md:min-h-11"
          >
            {t("notifications.choose")}
          </Link>
          <Button onPress={() => run(markAll({}))}>{t("notifications.markAll")}</Button>
        </>
      }
    >
      <NewsList onClose={onClose} />
    </Dialog>
  );
}

/** Carries something out and says so when it failed. */
function useRun(): (work: Promise<unknown>) => void {
  const { t } = useTranslation();
  return (work) => void work.catch((thrown: unknown) => toastError(describeError(thrown, t)));
}

function NewsList({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const page = useOrgPaginatedQuery(api.notifications.queries.list, {}, { initialNumItems: PAGE_SIZE });
  if (page.status === "LoadingFirstPage") return <SkeletonRows count={4} className="px-0" />;
  if (page.results.length === 0) {
    return <EmptyState icon={BellOff} title={t("notifications.empty")} text={t("notifications.emptyText")} />;
  }
  return (
    <>
      <ul className="-mx-2 flex flex-col">
        {page.results.map((news) => (
          <NewsRow key={news.id} news={news} onClose={onClose} />
        ))}
      </ul>
      {page.status === "CanLoadMore" && (
        <Button className="mx-auto mt-3 flex" onPress={() => page.loadMore(PAGE_SIZE)}>
          {t("common.more")}
        </Button>
      )}
    </>
  );
}

function NewsRow({ news, onClose }: { news: News; onClose: () => void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const run = useRun();
  const mark = useOrgMutation(api.notifications.mutations.mark);
  const Icon = ICONS[news.kind];
  const open = () => {
    if (!news.isRead) run(mark({ notificationId: news.id, isRead: true }));
    onClose();
    openNews(navigate, news);
  };
  const subject = newsSubject(news);
  return (
    <li className="flex items-center gap-1">
      <button
        type="button"
        onClick={open}
        className="flex min-h-11 min-w-0 grow items-start gap-3 rounded-md px-2 py-2 text-left hover:bg-hover"
      >
        <Icon
          aria-hidden
          size={16}
          className={cx("mt-0.5 shrink-0", news.isRead ? "text-faint" : "text-accent-text")}
        />
        <span className="flex min-w-0 grow flex-col">
          <span className="flex items-baseline gap-2 text-sm">
            <span className={cx("min-w-0 grow truncate", !news.isRead && "font-semibold")}>{newsTitle(news, t)}</span>
            <RelativeTime at={news.at} className="shrink-0 text-xs text-faint" />
          </span>
          {subject !== "" && <span className="truncate text-sm">{subject}</span>}
          {news.text !== "" && <span className="truncate text-xs text-muted">{news.text}</span>}
        </span>
      </button>
      <IconButton
        size="sm"
        label={t(news.isRead ? "notifications.markUnread" : "notifications.markRead")}
        icon={news.isRead ? <Circle size={12} /> : <CircleDot size={12} className="text-accent-text" />}
        onPress={() => run(mark({ notificationId: news.id, isRead: !news.isRead }))}
      />
    </li>
  );
}
