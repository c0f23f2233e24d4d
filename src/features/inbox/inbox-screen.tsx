import { useNavigate } from "@tanstack/react-router";
import { type ReactNode, useCallback, useEffect, useLayoutEffect, useMemo, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { Id } from "../../../convex/_generated/dataModel";
import { cx } from "../../components/ui/classes";
import { ResizablePane } from "../../components/ui/resizable-pane";
import { useWidth } from "../../lib/media";
import type { InboxSearch } from "../../lib/search-params";
import { readAfterDone } from "../../lib/after-done";
import { later } from "../../lib/later";
import { useShortcuts } from "../../lib/shortcuts";
import { useTitle } from "../../lib/title";
import { InboxContext, type InboxPlace, neighbour } from "./inbox-context";
import { ThreadList } from "./thread-list";
import { UndoToasts } from "./undo-toasts";

const PlannedPane = later(async () => (await import("./planned-pane")).PlannedPane);

const DeletedPane = later(async () => (await import("./deletion/deleted-pane")).DeletedPane);

/** Below this, list and conversation are separate pages. */
const TWO_PANES_PX = 680;
/** From here on the context panel stands beside the conversation. */
const THREE_PANES_PX = 1060;
const LIST_WIDTHS = { initial: 336, min: 256, max: 560 };

type InboxScreenProps = { search: InboxSearch; threadId: Id<"threads"> | null; children: ReactNode };

/** List and conversation side by side, or one at a time where there is little room. */
export function InboxScreen({ search, threadId, children }: InboxScreenProps) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const frame = useRef<HTMLDivElement>(null);
  const width = useWidth(frame);
  const order = useRef<readonly Id<"threads">[]>([]);
  // Conversations on the way to which the screen still is: keys are faster than it.
  const ahead = useRef<Id<"threads">[]>([]);
  const here = useRef(threadId);
  useLayoutEffect(() => {
    here.current = threadId;
  }, [threadId]);
  useEffect(() => {
    const reached = threadId === null ? -1 : ahead.current.indexOf(threadId);
    ahead.current = reached === -1 ? [] : ahead.current.slice(reached + 1);
  }, [threadId]);
  const isSingle = width < TWO_PANES_PX;
  const hasContextRoom = width >= THREE_PANES_PX;
  useTitle(t(search.channel === undefined ? `nav.${search.view}` : `nav.${search.channel}`));
  const place = useMemo<InboxPlace>(() => {
    const leave = () => {
      ahead.current = [];
      void navigate({ to: "/inbox", search });
    };
    const target = () => ahead.current.at(-1) ?? here.current;
    const step = (by: 1 | -1) => {
      const next = neighbour(order.current, target(), by);
      if (next === null) return false;
      ahead.current.push(next);
      void navigate({ to: "/inbox/$threadId", params: { threadId: next }, search, replace: here.current !== null });
      return true;
    };
    return {
      step,
      target,
      next: () => neighbour(order.current, here.current, 1),
      moveOn: () => {
        const then = readAfterDone();
        if (then === "list" || (then === "next" && !step(1) && isSingle)) leave();
      },
      open: (id, { replace } = { replace: false }) =>
        void navigate({ to: "/inbox/$threadId", params: { threadId: id }, search, replace }),
      leave,
      isSingle,
      hasContextRoom,
    };
  }, [navigate, search, isSingle, hasContextRoom]);
  const onOrder = useCallback((ids: readonly Id<"threads">[]) => {
    order.current = ids;
  }, []);
  useStepShortcuts(place);
  useLeaveKey(place);
  return (
    <InboxContext value={place}>
      <UndoToasts />
      <div ref={frame} className="flex h-full min-w-0">
        {(!isSingle || threadId === null) && (
          <ListFrame isSingle={isSingle}>
            <ListPane search={search} openId={threadId} onOrder={onOrder} />
          </ListFrame>
        )}
        {(!isSingle || threadId !== null) && <div className="min-w-0 grow">{children}</div>}
      </div>
    </InboxContext>
  );
}

/** As wide as one likes it beside a conversation, and alone all there is. */
function ListFrame({ isSingle, children }: { isSingle: boolean; children: ReactNode }) {
  const { t } = useTranslation();
  const label = t("inbox.list");
  const look = "flex flex-col border-r border-line bg-surface";
  if (isSingle) {
    return (
      <section aria-label={label} className={cx(look, "min-w-0 grow")}>
        {children}
      </section>
    );
  }
  return (
    <ResizablePane as="section" label={label} edge="right" storedAs="listWidth" widths={LIST_WIDTHS} className={look}>
      {children}
    </ResizablePane>
  );
}

// Here, because one that has not come yet, or is not there, can be left as well; so can one that was only asked for.
function useLeaveKey({ target, leave }: InboxPlace): void {
  const { t } = useTranslation();
  const run = () => {
    if (target() !== null) leave();
  };
  useShortcuts([{ id: "leave", keys: "escape", label: t("actions.back"), group: "thread", run }]);
}

function useStepShortcuts(place: InboxPlace): void {
  const { t } = useTranslation();
  const step = { group: "list", repeats: true } as const;
  useShortcuts([
    { ...step, id: "next", keys: "j", also: ["arrowdown"], label: t("actions.next"), run: () => place.step(1) },
    { ...step, id: "previous", keys: "k", also: ["arrowup"], label: t("actions.previous"), run: () => place.step(-1) },
  ]);
}

function ListPane(props: Parameters<typeof ThreadList>[0]) {
  switch (props.search.view) {
    case "planned":
      return <PlannedPane {...props} />;
    case "deleted":
      return <DeletedPane {...props} />;
    default:
      return <ThreadList {...props} />;
  }
}
