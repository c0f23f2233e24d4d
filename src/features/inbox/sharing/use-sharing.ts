import type { FunctionReturnType } from "convex/server";
import { type RefObject, useCallback, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../../convex/_generated/api";
import type { Id } from "../../../../convex/_generated/dataModel";
import { toast, toastError } from "../../../components/ui/toast";
import type { DocNode } from "../../../editor/doc-text";
import { describeError } from "../../../lib/errors";
import { useOrgMutation, useOrgQuery } from "../../../lib/org";
import type { DraftParts, OwnDraft } from "../use-draft";

type OnThread = FunctionReturnType<typeof api.inbox.sharedDrafts.queries.onThread>;
export type SharedDraft = OnThread["shared"][number];

/**
 * Which draft the answer field shows: the shared one, unless the member has words of their own here or chose to write
 * for themselves. `current` is undefined while loading, null for the own draft.
 */
export function useSharing(threadId: Id<"threads">, mode: "reply" | "note", own: OwnDraft) {
  const { t } = useTranslation();
  const drafts = useOrgQuery(api.inbox.sharedDrafts.queries.onThread, { threadId });
  const shareIt = useOrgMutation(api.inbox.sharedDrafts.mutations.share);
  const [chosen, setChosen] = useState<Id<"sharedDrafts"> | "own" | null>(null);
  const shared = drafts?.shared ?? [];
  const byDefault = own.stored === null ? (shared[0] ?? null) : null;
  const wanted = chosen === null ? byDefault : (shared.find(({ id }) => id === chosen) ?? null);
  const current = mode === "note" ? null : drafts === undefined || own.stored === undefined ? undefined : wanted;
  const isExpectedRef = useRef(false);
  const expectEnd = useCallback((isNow: boolean) => {
    isExpectedRef.current = isNow;
  }, []);
  useEnd(current, drafts, isExpectedRef);
  return {
    current,
    /** Those that are not open. */
    shared: mode === "note" ? [] : shared.filter(({ id }) => id !== current?.id),
    others: mode === "note" ? [] : (drafts?.others ?? []),
    join: (draftId: Id<"sharedDrafts">) => {
      own.flush();
      setChosen(draftId);
    },
    leave: () => setChosen("own"),
    /** The open draft is about to go by what the member does here. */
    expectEnd,
    share: (doc: DocNode, parts: DraftParts) => {
      own.drop();
      shareIt({ threadId, doc: JSON.stringify(doc), parts }).then(
        (draftId) => {
          own.forget();
          setChosen(draftId);
        },
        (thrown: unknown) => {
          own.change(doc, parts);
          toastError(describeError(thrown, t));
        },
      );
    },
  };
}

/** Says when the open draft went although nobody here sent it. */
function useEnd(
  current: SharedDraft | null | undefined,
  drafts: OnThread | undefined,
  isExpectedRef: RefObject<boolean>,
): void {
  const { t } = useTranslation();
  const last = useRef<Id<"sharedDrafts"> | null>(null);
  useEffect(() => {
    const before = last.current;
    last.current = current?.id ?? null;
    if (before === null || drafts === undefined || drafts.shared.some(({ id }) => id === before)) return;
    if (!isExpectedRef.current) toast(t("sharing.ended"));
    isExpectedRef.current = false;
  }, [current, drafts, isExpectedRef, t]);
}
