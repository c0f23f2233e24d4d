import { syncExtension } from "@convex-dev/prosemirror-sync/tiptap";
import { type AnyExtension, type Editor, Extension } from "@tiptap/react";
import { useConvex } from "convex/react";
import { getVersion, sendableSteps } from "prosemirror-collab";
import { useEffect, useMemo, useState } from "react";
import { api } from "../../../../convex/_generated/api";
import type { Id } from "../../../../convex/_generated/dataModel";
import { parseDoc, type DocNode } from "../../../editor/doc-text";
import { useOrg, useOrgQuery } from "../../../lib/org";
import { caretExtension } from "./carets";
import { caretWire, draftClient, SYNC } from "./draft-client";
import { StepLog } from "./step-log";

// Who is told when words of a draft did not arrive: also after its field has gone, when the last ones are sent.
const reporters = new Map<Id<"sharedDrafts">, (error: Error) => void>();

/** What was written on this page arrives within that, or the network is away. */
const SETTLED_WITHIN_MS = 8_000;

export type SharedDoc = { initial: DocNode | null; extension: AnyExtension };

/** The words of a shared draft, and what keeps them the same everywhere and shows who is where. Null while loading. */
export function useSharedDoc(draftId: Id<"sharedDrafts">, onError: (error: Error) => void): SharedDoc | null {
  const convex = useConvex();
  const { orgId } = useOrg();
  const snapshot = useOrgQuery(api.inbox.sharedDrafts.queries.getSnapshot, { id: draftId });
  const [first, setFirst] = useState<{ content: string; version: number } | null>(null);
  if (first === null && snapshot !== undefined && snapshot.content !== null) setFirst(snapshot);
  useEffect(() => {
    reporters.set(draftId, onError);
  }, [draftId, onError]);
  return useMemo(() => {
    if (first === null) return null;
    const initial = parseDoc(first.content);
    const state = { initialContent: initial, initialVersion: first.version };
    const options = { onSyncError: (error: Error) => reporters.get(draftId)?.(error) };
    const log = new StepLog();
    const sync = syncExtension(draftClient(convex, orgId, log), draftId, SYNC, state, options);
    const carets = caretExtension(caretWire(convex, { orgId, draftId }, log), log);
    return { initial, extension: Extension.create({ name: "sharedDraft", addExtensions: () => [sync, carets] }) };
  }, [convex, orgId, draftId, first]);
}

/** Waits until everybody could have what stands in the field. The version it has then; null when the network is away. */
export async function settledVersion(editor: Editor): Promise<number | null> {
  const isSettled = () => editor.isDestroyed || sendableSteps(editor.state) === null;
  if (!isSettled()) {
    await new Promise<void>((resolve) => {
      const done = () => {
        clearTimeout(timer);
        editor.off("transaction", look);
        resolve();
      };
      const look = () => isSettled() && done();
      const timer = setTimeout(done, SETTLED_WITHIN_MS);
      editor.on("transaction", look);
    });
  }
  return editor.isDestroyed || sendableSteps(editor.state) !== null ? null : getVersion(editor.state);
}
