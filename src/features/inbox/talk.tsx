import { type ReactNode, useEffect, useRef } from "react";
import { api } from "../../../convex/_generated/api";
import type { Id } from "../../../convex/_generated/dataModel";
import type { ThreadDetail } from "../../lib/api-types";
import { useFoot } from "../../lib/foot";
import { useCan, useOrgMutation, useOrgPaginatedQuery } from "../../lib/org";
import { useStateOf } from "../../lib/state-of";
import { ChatContext, useChat } from "./chats/chat-context";
import { Composer, type ComposerMode } from "./composer";
import { useSettled } from "./settled";
import { SplitDialog } from "./split-dialog";
import { Timeline } from "./timeline";
import type { WriteRequest } from "./use-writer";

const PAGE_SIZE = 30;
/** Who reads back reads on: fewer and longer pages then. */
const EARLIER_PAGE_SIZE = 100;

type TalkProps = {
  thread: ThreadDetail;
  fieldId: Id<"threads">;
  writing: {
    mode: ComposerMode;
    setMode: (mode: ComposerMode) => void;
    request: WriteRequest;
    /** Answers by quoting that message. */
    quote: (messageId: Id<"messages">) => void;
  };
  /** Between what was said and where one writes. */
  children: ReactNode;
};

/** What was said, and where one answers. */
export function Talk({ thread, fieldId, writing, children }: TalkProps) {
  const mayReply = useCan("inbox.reply");
  const { mayWrite } = useSettled();
  const messages = useOrgPaginatedQuery(
    api.inbox.queries.listMessages,
    { threadId: thread.id },
    { initialNumItems: PAGE_SIZE },
  );
  useLeaving(fieldId, mayReply && messages.status === "Exhausted" && messages.results.length === 0);
  const { mode, setMode, request, quote } = writing;
  const chat = useChat(thread, messages.results, mayReply && thread.channel === "whatsapp" ? quote : null);
  const [splitAt, setSplitAt] = useStateOf<Id<"messages"> | null>(thread.id, null);
  const foot = useRef<HTMLDivElement>(null);
  useFoot(foot);
  return (
    <>
      <ChatContext value={mayReply ? chat : null}>
        <Timeline
          messages={messages.results}
          status={messages.status}
          onEarlier={() => messages.loadMore(EARLIER_PAGE_SIZE)}
          channel={thread.channel}
          onSplit={mayReply ? setSplitAt : undefined}
        />
      </ChatContext>
      {splitAt !== null && <SplitDialog thread={thread} from={splitAt} onClose={() => setSplitAt(null)} />}
      <div ref={foot} className="shrink-0">
        {children}
        {mayReply && (
          <ComposerPlace isReady={mayWrite || request.count > 0}>
            <Composer
              thread={thread}
              fieldId={fieldId}
              mode={mode}
              onMode={setMode}
              request={request}
              messages={messages.results}
            />
          </ComposerPlace>
        )}
      </div>
    </>
  );
}

/** Says that an empty conversation is left: one that was begun by answering another way goes if nothing is written in it. */
function useLeaving(threadId: Id<"threads">, isEmpty: boolean): void {
  const leave = useOrgMutation(api.inbox.conversations.mutations.leave);
  const latest = useRef({ leave, isEmpty });
  useEffect(() => {
    latest.current = { leave, isEmpty };
  });
  useEffect(
    () => () => {
      const now = latest.current;
      if (!now.isEmpty) return;
      // Behind what its field saves when it goes; refused or lost, the server looks later.
      queueMicrotask(() => void now.leave({ threadId }).catch(() => undefined));
    },
    [threadId],
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
    <div ref={place} className="bg-surface" style={isReady ? undefined : { height: lastComposer.heightPx }}>
      {isReady && children}
    </div>
  );
}
