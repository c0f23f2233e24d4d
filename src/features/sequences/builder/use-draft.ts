import type { OptimisticLocalStore } from "convex/browser";
import type { FunctionArgs } from "convex/server";
import { useCallback, useLayoutEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../../convex/_generated/api";
import type { Id } from "../../../../convex/_generated/dataModel";
import { applyEdits, restoreOf } from "../../../../convex/sequences/drafts/edits";
import { toast, toastError } from "../../../components/ui/toast";
import { describeError } from "../../../lib/errors";
import { useOrgMutation } from "../../../lib/org";
import type { Edit, Flow, FlowNode } from "../../../lib/api-types";
import { merged } from "./merged";

/** Shown at once; others' changes that arrive meanwhile lie below it, since it is carried out again on top of them. */
function showAtOnce(store: OptimisticLocalStore, args: FunctionArgs<typeof api.sequences.drafts.mutations.edit>): void {
  const asked = { orgId: args.orgId, sequenceId: args.sequenceId };
  const view = store.getQuery(api.sequences.drafts.queries.get, asked);
  if (view === undefined) return;
  const { flow } = applyEdits(view.flow, args.edits);
  if (flow !== null) store.setQuery(api.sequences.drafts.queries.get, asked, { ...view, flow });
}

export type Draft = {
  /** False when it could not be done: then the person has been told why. */
  change: (edits: Edit[]) => boolean;
  /** A step that was seen as `seen` becomes `next`; what else has changed of it stays. */
  update: (seen: FlowNode, next: FlowNode) => void;
  undo: () => void;
  redo: () => void;
  canUndo: boolean;
  canRedo: boolean;
  isSaving: boolean;
};

/** Changes of the draft on the screen: shown at once, saved by themselves, each with its way back. */
export function useDraft(sequenceId: Id<"sequences">, flow: Flow): Draft {
  const { t } = useTranslation();
  const send = useOrgMutation(api.sequences.drafts.mutations.edit, showAtOnce);
  const [pending, setPending] = useState(0);
  const [past, setPast] = useState<Edit[]>([]);
  const [undone, setUndone] = useState<Edit[]>([]);
  // Two changes in one moment: the second builds on the first.
  const latest = useRef(flow);
  useLayoutEffect(() => {
    latest.current = flow;
  }, [flow]);

  /** Carries out and sends; returns what takes it back, null when nothing changed. */
  const run = useCallback(
    (edits: Edit[]): { isDone: boolean; back: Edit | null } => {
      const before = latest.current;
      const edited = applyEdits(before, edits);
      if (edited.flow === null) {
        toastError(t(`builder.refused.${edited.refusal.reason}`));
        return { isDone: false, back: null };
      }
      const back = restoreOf(before, edited.flow);
      if (back === null) return { isDone: true, back: null };
      latest.current = edited.flow;
      setPending((count) => count + 1);
      send({ sequenceId, edits })
        .catch((thrown: unknown) => toastError(describeError(thrown, t)))
        .finally(() => setPending((count) => count - 1));
      return { isDone: true, back };
    },
    [send, sequenceId, t],
  );

  const change = (edits: Edit[]): boolean => {
    const { isDone, back } = run(edits);
    if (back !== null) {
      setPast((list) => [...list, back]);
      setUndone([]);
    }
    return isDone;
  };
  const update = (seen: FlowNode, next: FlowNode) => {
    const now = latest.current.nodes.find(({ stepId }) => stepId === seen.stepId) ?? seen;
    change([{ kind: "update", node: merged(seen, next, now) }]);
  };
  const turn = (from: Edit[], setFrom: (list: Edit[]) => void, to: Edit[], setTo: (list: Edit[]) => void) => {
    const edit = from.at(-1);
    if (edit === undefined) return;
    setFrom(from.slice(0, -1));
    const { back } = run([edit]);
    if (back === null) toast(t("builder.changedSince"));
    else setTo([...to, back]);
  };
  return {
    change,
    update,
    undo: () => turn(past, setPast, undone, setUndone),
    redo: () => turn(undone, setUndone, past, setPast),
    canUndo: past.length > 0,
    canRedo: undone.length > 0,
    isSaving: pending > 0,
  };
}
