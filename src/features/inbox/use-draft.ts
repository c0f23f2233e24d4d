import { useCallback, useEffect, useRef, useState } from "react";
import { api } from "../../../convex/_generated/api";
import type { Id } from "../../../convex/_generated/dataModel";
import type { DocNode } from "../../editor/doc-text";
import { parseDoc } from "../../editor/doc-text";
import { useOrgMutation, useOrgQuery } from "../../lib/org";

/** Saved within a second of the last key (product.md 3.2, "Drafts"). */
const SAVE_AFTER_MS = 500;

export type DraftState = "none" | "saving" | "saved";

/** A draft that outlives the page: loaded once, saved while writing, thrown away when sent. */
export function useDraft(threadId: Id<"threads">, mode: "reply" | "note") {
  const stored = useOrgQuery(api.inbox.queries.getDraft, { threadId, mode });
  const save = useOrgMutation(api.inbox.mutations.saveDraft);
  const discardStored = useOrgMutation(api.inbox.mutations.discardDraft);
  const [state, setState] = useState<DraftState>("none");
  const pending = useRef<{ doc: string; timer: ReturnType<typeof setTimeout> } | null>(null);

  const flush = useCallback(() => {
    const waiting = pending.current;
    if (waiting === null) return;
    clearTimeout(waiting.timer);
    pending.current = null;
    // Offline the client holds the mutation and sends it later; a refusal leaves the text in the editor.
    void save({ threadId, mode, doc: waiting.doc }).then(
      () => setState("saved"),
      () => setState("none"),
    );
  }, [save, threadId, mode]);

  const change = useCallback(
    (doc: DocNode) => {
      if (pending.current !== null) clearTimeout(pending.current.timer);
      pending.current = { doc: JSON.stringify(doc), timer: setTimeout(flush, SAVE_AFTER_MS) };
      setState("saving");
    },
    [flush],
  );

  const discard = useCallback(() => {
    if (pending.current !== null) clearTimeout(pending.current.timer);
    pending.current = null;
    setState("none");
    void discardStored({ threadId, mode }).catch(() => undefined);
  }, [discardStored, threadId, mode]);

  useEffect(() => {
    window.addEventListener("pagehide", flush);
    return () => {
      window.removeEventListener("pagehide", flush);
      flush();
    };
  }, [flush]);

  const initial: DocNode | null | undefined =
    stored === undefined ? undefined : stored === null ? null : parseDoc(stored.doc);
  return { initial, state, change, discard };
}
