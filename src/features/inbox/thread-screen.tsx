import { EyeOff } from "lucide-react";
import { memo, type SyntheticEvent, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { threadName } from "../../lib/thread-name";
import { api } from "../../../convex/_generated/api";
import type { Id } from "../../../convex/_generated/dataModel";
import { isCustomerChannel } from "../../../convex/lib/closedSets";
import { asAppError } from "../../../convex/lib/errors";
import { ContactPanel } from "../../components/contact/contact-panel";
import { Button } from "../../components/ui/button";
import { Dialog } from "../../components/ui/dialog";
import { EmptyState } from "../../components/ui/empty-state";
import { ResizablePane } from "../../components/ui/resizable-pane";
import { SkeletonRows } from "../../components/ui/skeleton";
import type { ThreadDetail } from "../../lib/api-types";
import { useCan, useOrgQuery, useOrgQueryOrError } from "../../lib/org";
import { later } from "../../lib/later";
import { ShortcutPause } from "../../lib/shortcuts";
import { useStateOf } from "../../lib/state-of";
import { useStored } from "../../lib/stored";
import type { ComposerMode } from "./composer";
import { WaitingBar } from "./human-first/waiting-bar";
import { useInboxPlace } from "./inbox-context";
import { MergedNotice } from "./merged-notice";
import { JobBar } from "./phone/job-bar";
import { NoCustomer } from "./no-customer";
import { ThreadTasks } from "./tasks/thread-tasks";
import { ThreadTicket } from "./tickets/thread-ticket";
import { ThreadAccounts } from "./thread-accounts";
import { ThreadHeader } from "./thread-header";
import { ThreadKind, ThreadTags } from "./thread-kind";
import { ThreadFacts } from "./thread-facts";
import { offersDiscussions, ThreadOrder } from "./thread-order";
import type { ReplyKind } from "./use-reply-parts";
import { Settling, useSettled } from "./settled";
import { Talk } from "./talk";
import { useMarkRead } from "./use-mark-read";
import { AskToWrite } from "./message-menu";
import { useThreadActions } from "./use-thread-actions";
import { useThreadShortcuts } from "./use-thread-shortcuts";
import type { Wish, WriteRequest } from "./use-writer";

const DeletedThread = later(async () => (await import("./deletion/deleted-thread")).DeletedThread);

/** So long the conversation before stays on the screen while the next one comes: longer, and one wants to see that. */
const PATIENCE_MS = 300;
const CONTEXT_WIDTHS = { initial: 288, min: 240, max: 480 };
const NO_REQUEST: WriteRequest = { count: 0, kind: null };

type Shown = { askedId: Id<"threads">; thread: ThreadDetail };

/** One conversation. What stands around the words stays where it is from one to the next: only what it says changes. */
export function ThreadScreen({ threadId }: { threadId: Id<"threads"> }) {
  const thread = useOrgQueryOrError(api.inbox.queries.getThread, { threadId });
  const [last, setLast] = useState<Shown | null>(null);
  const isLate = useLate(threadId, thread === undefined);
  if (thread instanceof Error) {
    // Nothing of it may stand there while the next one comes.
    if (last !== null) setLast(null);
    return <HiddenThread error={thread} threadId={threadId} />;
  }
  if (thread !== undefined && (last?.thread !== thread || last.askedId !== threadId)) {
    setLast({ askedId: threadId, thread });
  }
  const shown = thread === undefined ? last : { askedId: threadId, thread };
  if (shown === null || isLate) return <SkeletonRows count={5} className="h-full bg-canvas" />;
  const isLeft = thread === undefined;
  return (
    <div className="h-full" aria-busy={isLeft} onClickCapture={isLeft ? stop : undefined}>
      <ShortcutPause isOn={isLeft}>
        <Settling id={shown.askedId}>
          <LoadedThread {...shown} />
        </Settling>
      </ShortcutPause>
    </div>
  );
}

/** Nothing can be done any more with the one that is being left. (`inert` would style all of it anew, twice a step.) */
function stop(event: SyntheticEvent): void {
  event.preventDefault();
  event.stopPropagation();
}

/** True when what is waited for, of `of`, takes longer than one would not notice. */
function useLate(of: string, isWaiting: boolean): boolean {
  const [isLate, setIsLate] = useStateOf(of, false);
  useEffect(() => {
    if (!isWaiting) return;
    const timer = setTimeout(() => setIsLate(true), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, [isWaiting, setIsLate]);
  return isWaiting && isLate;
}

/** One that does not exist for the caller; it shows itself once they are given it or named in it. */
function HiddenThread({ error, threadId }: { error: Error; threadId: Id<"threads"> }) {
  const { t } = useTranslation();
  const { leave } = useInboxPlace();
  const deletion = useOrgQuery(api.inbox.deletion.queries.notice, { threadId });
  if (asAppError(error)?.code !== "not_found") throw error;
  if (deletion === undefined) return <SkeletonRows count={5} className="h-full bg-canvas" />;
  if (deletion !== null) return <DeletedThread threadId={threadId} deletion={deletion} />;
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

/**
 * `askedId` is another one than the thread's when it was merged while it is open. Drawn again only when one of the two
 * changes: what arrives more often (messages, how far one has settled) is looked at further inside.
 */
const LoadedThread = memo(function LoadedThread({ thread, askedId }: Shown) {
  const { t } = useTranslation();
  const place = useInboxPlace();
  const mayReply = useCan("inbox.reply");
  const isInternal = !isCustomerChannel(thread.channel);
  const [wished, setMode] = useStateOf<ComposerMode>(askedId, "reply");
  // Nobody is there to be answered.
  const mode = isInternal ? "note" : wished;
  const [request, setRequest] = useStateOf(askedId, NO_REQUEST);
  const [isAssignOpen, setIsAssignOpen] = useStateOf(askedId, false);
  const [isContextOn, setIsContextOn] = useStored<boolean>("context", true);
  const [isContextDialog, setIsContextDialog] = useStateOf(askedId, false);
  const actions = useThreadActions(thread);
  useMarkRead(thread);
  const openDetails = () => setIsContextDialog(true);
  const wish = (next: ComposerMode, asked: Wish) => {
    setMode(next);
    setRequest(({ count }) => ({ count: count + 1, ...asked }));
  };
  const write = (next: ComposerMode, kind: ReplyKind | null = null) => wish(next, { kind });
  useThreadShortcuts({ thread, actions, write, openAssign: () => setIsAssignOpen(true), mayReply });
  const name = threadName(thread, t);
  const hasPanel = place.hasContextRoom && isContextOn;
  return (
    <div className="flex h-full min-w-0">
      <section aria-label={t("thread.region", { name })} className="flex min-w-0 grow flex-col bg-canvas">
        <ThreadHeader
          thread={thread}
          actions={actions}
          isAssignOpen={isAssignOpen}
          onAssignOpen={setIsAssignOpen}
          context={{
            isShown: hasPanel,
            toggle: () => (place.hasContextRoom ? setIsContextOn(!isContextOn) : openDetails()),
          }}
        />
        {askedId !== thread.id && <MergedNotice thread={thread} askedId={askedId} />}
        <AskToWrite value={mayReply && thread.channel === "email" ? (asked) => wish("reply", asked) : null}>
          <Talk
            key={askedId}
            thread={thread}
            fieldId={askedId}
            writing={{ mode, setMode, request, quote: (quoteOf) => wish("reply", { kind: null, quoteOf }) }}
          >
            {mayReply && thread.contact !== null && <WaitingBar contactId={thread.contact.id} name={name} />}
            {mayReply && (
              <JobBar thread={thread} actions={actions} onNote={() => setMode("note")} onDetails={openDetails} />
            )}
          </Talk>
        </AskToWrite>
      </section>
      {hasPanel && (
        <ResizablePane
          as="aside"
          label={t("thread.context")}
          edge="left"
          storedAs="contextWidth"
          widths={CONTEXT_WIDTHS}
          className="border-l border-line bg-surface"
        >
          <div className="h-full overflow-y-auto p-4">
            <SettledPanel key={askedId} thread={thread} />
          </div>
        </ResizablePane>
      )}
      <Dialog title={t("thread.context")} isOpen={isContextDialog} onClose={() => setIsContextDialog(false)} size="sm">
        <ContextPanel thread={thread} />
      </Dialog>
    </div>
  );
});

function SettledPanel({ thread }: { thread: ThreadDetail }) {
  const { mayRead } = useSettled();
  return mayRead ? <ContextPanel thread={thread} /> : <SkeletonRows count={3} />;
}

/** What is to be done, and for whom. */
function ContextPanel({ thread }: { thread: ThreadDetail }) {
  const mayReadTasks = useCan("tasks.read");
  const facts = (
    <div className="flex flex-col gap-3">
      <ThreadKind thread={thread} />
      <ThreadTags thread={thread} />
      <ThreadAccounts thread={thread} />
      <ThreadOrder key={thread.id} thread={thread} />
      <ThreadFacts thread={thread} />
    </div>
  );
  return (
    <div className="flex flex-col gap-6">
      {mayReadTasks && <ThreadTasks threadId={thread.id} />}
      <ThreadTicket thread={thread} />
      {thread.contact === null && !isCustomerChannel(thread.channel) ? (
        <>
          <NoCustomer thread={thread} />
          {facts}
        </>
      ) : (
        <ContactPanel
          contactId={thread.contact?.id ?? null}
          threadId={thread.id}
          offeredOrders={offersDiscussions(thread) ? thread.orders : []}
        >
          {facts}
        </ContactPanel>
      )}
    </div>
  );
}
