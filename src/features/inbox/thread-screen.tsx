import { EyeOff } from "lucide-react";
import { type ReactNode, useDeferredValue, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import type { Id } from "../../../convex/_generated/dataModel";
import { asAppError } from "../../../convex/lib/errors";
import { ContactPanel } from "../../components/contact/contact-panel";
import { Button } from "../../components/ui/button";
import { Dialog } from "../../components/ui/dialog";
import { EmptyState } from "../../components/ui/empty-state";
import { SkeletonRows } from "../../components/ui/skeleton";
import type { ThreadDetail } from "../../lib/api-types";
import { useCan, useOrgMutation, useOrgPaginatedQuery, useOrgQueryOrError } from "../../lib/org";
import { useShortcuts } from "../../lib/shortcuts";
import { useStored } from "../../lib/stored";
import { Composer, type ComposerMode } from "./composer";
import { WaitingBar } from "./human-first/waiting-bar";
import { useInboxPlace } from "./inbox-context";
import { MergedNotice } from "./merged-notice";
import { patchThread } from "./optimistic";
import { JobBar } from "./phone/job-bar";
import { ThreadTasks } from "./tasks/thread-tasks";
import { ThreadTicket } from "./tickets/thread-ticket";
import { ThreadAccounts } from "./thread-accounts";
import { ThreadHeader } from "./thread-header";
import { ThreadKind, ThreadTags } from "./thread-kind";
import { ThreadOrder } from "./thread-order";
import { Timeline } from "./timeline";
import type { ReplyKind } from "./use-reply-parts";
import { useThreadActions } from "./use-thread-actions";
import type { WriteRequest } from "./use-writer";

const PAGE_SIZE = 30;
/** Who reads back reads on: fewer and longer pages then. */
const EARLIER_PAGE_SIZE = 100;
/** Opened and really looked at; shorter visits are walking past with j and k. */
const READ_AFTER_MS = 800;

export function ThreadScreen({ threadId }: { threadId: Id<"threads"> }) {
  const thread = useOrgQueryOrError(api.inbox.queries.getThread, { threadId });
  if (thread instanceof Error) return <HiddenThread error={thread} />;
  if (thread === undefined) return <SkeletonRows count={5} className="h-full bg-canvas" />;
  return <LoadedThread thread={thread} askedId={threadId} />;
}

/** One that does not exist for the caller; it shows itself once they are given it or named in it. */
function HiddenThread({ error }: { error: Error }) {
  const { t } = useTranslation();
  const { leave } = useInboxPlace();
  if (asAppError(error)?.code !== "not_found") throw error;
  return (
    <div role="alert" className="flex h-full bg-surface">
      <EmptyState
        icon={EyeOff}
        title={t("thread.hidden")}
        text={t("thread.hiddenText")}
        action={<Button onPress={leave}>{t("errors.goToInbox")}</Button>}
      />
    </div>
  );
}

/** `askedId` is another one than the thread's when it was merged while it is open. */
function LoadedThread({ thread, askedId }: { thread: ThreadDetail; askedId: Id<"threads"> }) {
  const { t } = useTranslation();
  const place = useInboxPlace();
  const mayReply = useCan("inbox.reply");
  const [mode, setMode] = useState<ComposerMode>("reply");
  const [request, setRequest] = useState<WriteRequest>({ count: 0, kind: null, messageId: null });
  const [isAssignOpen, setIsAssignOpen] = useState(false);
  const [isContextOn, setIsContextOn] = useStored<boolean>("context", true);
  const [isContextDialog, setIsContextDialog] = useState(false);
  const actions = useThreadActions(thread);
  // First what was said. Where one writes and what is known of the person come after, in pieces that keep no frame waiting.
  const isSettled = useDeferredValue(true, false);
  const messages = useOrgPaginatedQuery(
    api.inbox.queries.listMessages,
    { threadId: thread.id },
    { initialNumItems: PAGE_SIZE },
  );
  useMarkRead(thread);
  const openDetails = () => setIsContextDialog(true);
  const write = (next: ComposerMode, kind: ReplyKind | null = null, messageId: Id<"messages"> | null = null) => {
    setMode(next);
    setRequest(({ count }) => ({ count: count + 1, kind, messageId }));
  };
  useThreadShortcuts({ thread, actions, write, leave: place.leave, openAssign: () => setIsAssignOpen(true), mayReply });
  const name = thread.contact?.name ?? t("common.unknownPerson");
  const hasPanel = place.hasContextRoom && isContextOn;
  return (
    <div className="flex h-full min-w-0">
      <section aria-label={t("thread.region", { name })} className="flex min-w-0 grow flex-col bg-canvas">
        <ThreadHeader
          thread={thread}
          actions={actions}
          isAssignOpen={isAssignOpen}
          onAssignOpen={setIsAssignOpen}
          messages={messages.results}
          context={{
            isShown: hasPanel,
            toggle: () => (place.hasContextRoom ? setIsContextOn(!isContextOn) : openDetails()),
          }}
        />
        {askedId !== thread.id && <MergedNotice thread={thread} />}
        <Timeline
          messages={messages.results}
          status={messages.status}
          onEarlier={() => messages.loadMore(EARLIER_PAGE_SIZE)}
          channel={thread.channel}
        />
        {mayReply && thread.contact !== null && <WaitingBar contactId={thread.contact.id} name={name} />}
        {mayReply && (
          <JobBar thread={thread} actions={actions} onNote={() => setMode("note")} onDetails={openDetails} />
        )}
        {mayReply && (
          <ComposerPlace isReady={isSettled}>
            <Composer
              thread={thread}
              fieldId={askedId}
              mode={mode}
              onMode={setMode}
              request={request}
              messages={messages.results}
            />
          </ComposerPlace>
        )}
      </section>
      {hasPanel && (
        <aside
          aria-label={t("thread.context")}
          className="w-72 shrink-0 overflow-y-auto border-l border-line bg-surface p-4"
        >
          {isSettled ? <ContextPanel thread={thread} /> : <SkeletonRows count={3} />}
        </aside>
      )}
      <Dialog title={t("thread.context")} isOpen={isContextDialog} onClose={() => setIsContextDialog(false)} size="sm">
        <ContextPanel thread={thread} />
      </Dialog>
    </div>
  );
}

/** How tall the composer was last: as much room is kept for the next one. */
const lastComposer = { heightPx: 0 };

/** Room for the composer, before it is there too, so that nothing above it moves. */
function ComposerPlace({ isReady, children }: { isReady: boolean; children: ReactNode }) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!isReady || place.current === null) return;
    const observer = new ResizeObserver(([entry]) => {
      if (entry !== undefined) lastComposer.heightPx = entry.contentRect.height;
    });
    observer.observe(place.current);
    return () => observer.disconnect();
  }, [isReady]);
  return (
    <div ref={place} className="shrink-0 bg-surface" style={isReady ? undefined : { height: lastComposer.heightPx }}>
      {isReady && children}
    </div>
  );
}

/** What is to be done, and for whom. */
function ContextPanel({ thread }: { thread: ThreadDetail }) {
  const mayReadTasks = useCan("tasks.read");
  return (
    <div className="flex flex-col gap-6">
      {mayReadTasks && <ThreadTasks threadId={thread.id} />}
      <ThreadTicket thread={thread} />
      <ContactPanel contactId={thread.contact?.id ?? null} threadId={thread.id}>
        <div className="flex flex-col gap-3">
          <ThreadKind thread={thread} />
          <ThreadTags thread={thread} />
          <ThreadAccounts thread={thread} />
          <ThreadOrder key={thread.id} thread={thread} />
        </div>
      </ContactPanel>
    </div>
  );
}

function useMarkRead(thread: ThreadDetail): void {
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

type ThreadShortcutProps = {
  thread: ThreadDetail;
  actions: ReturnType<typeof useThreadActions>;
  write: (mode: ComposerMode, kind?: ReplyKind) => void;
  leave: () => void;
  openAssign: () => void;
  mayReply: boolean;
};

function useThreadShortcuts({ thread, actions, write, leave, openAssign, mayReply }: ThreadShortcutProps): void {
  const { t } = useTranslation();
  const group = "thread" as const;
  useShortcuts([
    { id: "leave", keys: "escape", label: t("actions.back"), group, run: leave },
    ...(mayReply
      ? [
          { id: "reply", keys: "r", label: t("actions.reply"), group, run: () => write("reply", "reply") },
          ...(thread.channel === "email"
            ? [
                {
                  id: "replyAll",
                  keys: "a",
                  label: t("actions.replyAll"),
                  group,
                  run: () => write("reply", "reply_all"),
                },
                { id: "forward", keys: "f", label: t("actions.forward"), group, run: () => write("reply", "forward") },
              ]
            : []),
          { id: "note", keys: "n", label: t("actions.note"), group, run: () => write("note") },
        ]
      : []),
    thread.isOpen
      ? { id: "close", keys: "e", label: t("actions.close"), group, run: actions.close }
      : { id: "reopen", keys: "shift+e", label: t("actions.reopen"), group, run: actions.reopen },
    { id: "assignMe", keys: "i", label: t("actions.assignMe"), group, run: actions.assignToMe },
    { id: "assign", keys: "shift+a", also: ["v"], label: t("actions.assign"), group, run: openAssign },
  ]);
}
