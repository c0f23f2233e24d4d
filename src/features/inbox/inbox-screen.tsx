import { useNavigate } from "@tanstack/react-router";
import { type ReactNode, useCallback, useEffect, useLayoutEffect, useMemo, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { Id } from "../../../convex/_generated/dataModel";
import { cx } from "../../components/ui/classes";
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

/** Below this, list and conversation are separate pages. */
const TWO_PANES_PX = 680;
/** From here on the context panel stands beside the conversation. */
const THREE_PANES_PX = 1060;

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
    const leave = () => void navigate({ to: "/inbox", search });
    const step = (by: 1 | -1) => {
      const next = neighbour(order.current, ahead.current.at(-1) ?? here.current, by);
      if (next === null) return false;
      ahead.current.push(next);
      void navigate({ to: "/inbox/$threadId", params: { threadId: next }, search, replace: here.current !== null });
      return true;
    };
    return {
      step,
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
  useShortcuts([
    {
      id: "next",
      keys: "j",
      also: ["arrowdown"],
      label: t("actions.next"),
      group: "list",
      repeats: true,
      run: () => place.step(1),
    },
    {
      id: "previous",
      keys: "k",
      also: ["arrowup"],
      label: t("actions.previous"),
      group: "list",
      repeats: true,
      run: () => place.step(-1),
    },
  ]);
  return (
    <InboxContext value={place}>
      <UndoToasts />
      <div ref={frame} className="flex h-full min-w-0">
        {(!isSingle || threadId === null) && (
          <section
            aria-label={t("inbox.list")}
            className={cx("flex min-w-0 flex-col border-r border-line bg-surface", isSingle ? "grow" : "w-84 shrink-0")}
          >
            <ListPane search={search} openId={threadId} onOrder={onOrder} />
          </section>
        )}
        {(!isSingle || threadId !== null) && <div className="min-w-0 grow">{children}</div>}
      </div>
    </InboxContext>
  );
}

function ListPane(props: Parameters<typeof ThreadList>[0]) {
  return props.search.view === "planned" ? <PlannedPane {...props} /> : <ThreadList {...props} />;
}
