import { syncExtension } from "@convex-dev/prosemirror-sync/tiptap";
import { type AnyExtension, type Editor, Extension } from "@tiptap/react";
import { useConvex, useQuery } from "convex/react";
import { getVersion, sendableSteps } from "prosemirror-collab";
import { useEffect, useMemo, useState } from "react";
import { useOrg } from "../../lib/org";
import { parseDoc, type DocNode } from "../doc-text";
import { caretExtension } from "./carets";
import { StepLog } from "./step-log";
import { caretWire, type SharedFunctions, syncApi, syncClient } from "./sync-client";

// Who is told when words of a text did not arrive: also after its field has gone, when the last ones are sent.
const reporters = new Map<string, (error: Error) => void>();

/** What was written on this page arrives within that, or the network is away. */
const SETTLED_WITHIN_MS = 8_000;

export type SharedDoc = { initial: DocNode | null; extension: AnyExtension };

/**
 * The words of a text that several write in, and what keeps them the same everywhere and shows who is where. Null while
 * loading. `functions` must stay the same.
 */
export function useSharedDoc(
  id: string,
  functions: SharedFunctions,
  onError: (error: Error) => void,
): SharedDoc | null {
  const convex = useConvex();
  const { orgId } = useOrg();
  const [first, setFirst] = useState<{ content: string; version: number } | null>(null);
  const snapshot = useQuery(functions.getSnapshot, first === null ? { orgId, id } : "skip");
  // Null: it has ended.
  if (first === null && snapshot && snapshot.content !== null) setFirst(snapshot);
  useEffect(() => {
    reporters.set(id, onError);
  }, [id, onError]);
  return useMemo(() => {
    if (first === null) return null;
    const initial = parseDoc(first.content);
    const state = { initialContent: initial, initialVersion: first.version };
    const options = { onSyncError: (error: Error) => reporters.get(id)?.(error) };
    const log = new StepLog();
    const sync = syncExtension(syncClient(convex, orgId, functions, log), id, syncApi(functions), state, options);
    const carets = caretExtension(caretWire(convex, { orgId, id }, functions, log), log);
    return { initial, extension: Extension.create({ name: "sharedDraft", addExtensions: () => [sync, carets] }) };
  }, [convex, orgId, id, functions, first]);
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
