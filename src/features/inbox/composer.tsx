import { Archive, Lock, Reply } from "lucide-react";
import { lazy, Suspense, useCallback, useDeferredValue, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import type { Id } from "../../../convex/_generated/dataModel";
import { isCustomerChannel } from "../../../convex/lib/closedSets";
import { cx } from "../../components/ui/classes";
import { Skeleton } from "../../components/ui/skeleton";
import { Tabs } from "../../components/ui/tabs";
import type { MessageRow, ThreadDetail } from "../../lib/api-types";
import { useIsPhone } from "../../lib/media";
import { useOrgQuery } from "../../lib/org";
import { useDraftEpoch } from "./draft-desk";
import { UNLESS_RESTING } from "./phone/resting";
import { DraftsBar } from "./sharing/drafts-bar";
import { useSharing } from "./sharing/use-sharing";
import { useDraft } from "./use-draft";
import type { WriteRequest } from "./use-writer";
import { Writer } from "./writer";

const SharedField = lazy(async () => ({ default: (await import("./sharing/shared-field")).SharedField }));

export type ComposerMode = "reply" | "note";

type ComposerProps = {
  thread: ThreadDetail;
  /** The conversation the field was opened for: while that is merged into another one, the field stays as it is. */
  fieldId: Id<"threads">;
  mode: ComposerMode;
  onMode: (mode: ComposerMode) => void;
  /** What a key asked for last. */
  request: WriteRequest;
  /** What the conversation has, newest first. */
  messages: readonly MessageRow[];
};

/** Where answers and notes are written. The two look different on purpose: nobody sends a note to a customer. */
export function Composer(props: ComposerProps) {
  const { t } = useTranslation();
  const { thread, mode, onMode } = props;
  const rest = useResting(props);
  const epoch = useDraftEpoch(thread.id);
  const handled = useRef(0);
  const claim = useCallback((count: number) => {
    const isNew = handled.current !== count;
    handled.current = count;
    return isNew;
  }, []);
  // The draft of the other field is kept at hand: it opens at once, and without network too.
  useOrgQuery(api.inbox.queries.getDraft, { threadId: thread.id, mode: mode === "reply" ? "note" : "reply" });
  useOrgQuery(api.inbox.sharedDrafts.queries.onThread, { threadId: props.fieldId });
  return (
    <div
      onFocus={rest.wake}
      className={cx(
        "group/composer shrink-0 border-t pb-[env(safe-area-inset-bottom)]",
        mode === "note" ? "border-note-line bg-note" : "border-line bg-surface",
      )}
      data-resting={rest.isResting || undefined}
    >
      {!thread.isOpen && (
        <p className="flex items-center gap-2 border-b border-line bg-neutral-soft px-4 py-2 text-xs text-muted">
          <Archive aria-hidden size={14} className="shrink-0" />
          {t("thread.closedBar")}
        </p>
      )}
      <Tabs
        label={t("composer.label")}
        tabs={[
          ...(isCustomerChannel(thread.channel)
            ? [{ id: "reply" as const, label: t("composer.replyTab"), icon: <Reply aria-hidden size={14} /> }]
            : []),
          { id: "note", label: t("composer.noteTab"), icon: <Lock aria-hidden size={13} /> },
        ]}
        value={mode}
        onChange={onMode}
        listClassName={cx("px-4 border-transparent max-md:px-3", UNLESS_RESTING)}
      >
        <Field
          key={`${props.fieldId}-${mode}-${epoch}`}
          thread={thread}
          fieldId={props.fieldId}
          mode={mode}
          request={props.request}
          messages={props.messages}
          epoch={epoch}
          claim={claim}
          onNeeded={rest.wake}
          onNote={() => onMode("note")}
        />
      </Tabs>
    </div>
  );
}

/**
 * On phones a field that nobody wants to write in is one line high, so that the conversation has the room. It stays awake
 * for as long as the conversation is open once somebody was in it, or something stands in it.
 */
function useResting({ mode, request }: ComposerProps) {
  const isPhone = useIsPhone();
  const [isAwake, setIsAwake] = useState(false);
  const wake = useCallback(() => setIsAwake(true), []);
  return { isResting: isPhone && !isAwake && mode === "reply" && request.count === 0, wake };
}

type FieldProps = Omit<ComposerProps, "onMode"> & {
  epoch: number;
  claim: (count: number) => boolean;
  /** Something stands in the field, or has to be said about it. */
  onNeeded: () => void;
  onNote: () => void;
};

function Field({ epoch, messages, fieldId, ...props }: FieldProps) {
  const { thread, mode, request } = props;
  const draft = useDraft(fieldId, mode, { shownId: thread.id, messages });
  const { t } = useTranslation();
  const sharing = useSharing(fieldId, mode, draft);
  // The field is much to draw: in pieces that keep no frame waiting.
  const isThere = useDeferredValue(draft.stored !== undefined && sharing.current !== undefined);
  if (!isThere || draft.stored === undefined || sharing.current === undefined) {
    return <Skeleton className="mx-4 my-2 h-14" />;
  }
  // What is planned stands at the end and has not been said yet.
  const said = messages.filter(({ held }) => held?.kind !== "later");
  const isMail = ({ messageType, channel }: MessageRow) =>
    channel === "email" && (messageType === "incoming" || messageType === "outgoing");
  const writing = {
    ...props,
    said,
    newest: said[0] ?? null,
    forwardable: said.find(isMail) ?? null,
    // A draft that came back wants to be looked at.
    focusCount: request.count + epoch,
  };
  const { current, shared, others } = sharing;
  return (
    <>
      {shared.map(({ id, startedBy }) => (
        <DraftsBar
          key={id}
          names={[startedBy]}
          text={t("sharing.shares")}
          actions={[{ label: t("sharing.join"), run: () => sharing.join(id) }]}
        />
      ))}
      {others.length > 0 && (
        <DraftsBar names={others.map(({ name }) => name)} text={t("sharing.drafting")} actions={[]} />
      )}
      {current === null ? (
        <Writer
          {...writing}
          draft={draft}
          stored={draft.stored}
          onShare={shared.length === 0 ? sharing.share : undefined}
        />
      ) : (
        <Suspense fallback={<Skeleton className="mx-4 my-2 h-14" />}>
          <SharedField
            key={current.id}
            {...writing}
            shared={current}
            own={draft}
            onLeave={sharing.leave}
            onEnding={sharing.expectEnd}
          />
        </Suspense>
      )}
    </>
  );
}
