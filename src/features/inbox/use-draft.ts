import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { api } from "../../../convex/_generated/api";
import type { Id } from "../../../convex/_generated/dataModel";
import type { OrgArgs } from "../../lib/org";
import type { DocNode } from "../../editor/doc-text";
import { useOrgMutation, useOrgQuery } from "../../lib/org";
import { useOpenField } from "./draft-desk";

/** Saved within a second of the last key (product.md 3.2, "Drafts"). */
const SAVE_AFTER_MS = 500;

export type DraftState = "none" | "saving" | "saved";

/** What an answer has beside its words. */
export type DraftParts = NonNullable<OrgArgs<typeof api.inbox.mutations.saveDraft>["parts"]>;

/** The caller's own draft. */
export type OwnDraft = ReturnType<typeof useDraft>;

/** What a field needs of the draft it writes. */
export type WritableDraft = Pick<OwnDraft, "stored" | "state" | "change" | "flush" | "discard">;

/**
 * A draft that outlives the page: loaded once, saved while writing, thrown away when sent. `shownId` is what the
 * conversation is called by now: it may have been merged meanwhile.
 */
export function useDraft(threadId: Id<"threads">, mode: "reply" | "note", shownId: Id<"threads">) {
  const stored = useOrgQuery(api.inbox.queries.getDraft, { threadId, mode });
  const save = useOrgMutation(api.inbox.mutations.saveDraft);
  const discardStored = useOrgMutation(api.inbox.mutations.discardDraft);
  const [state, setState] = useState<DraftState>("none");
  const pending = useRef<{ doc: string; parts?: DraftParts; timer: ReturnType<typeof setTimeout> } | null>(null);

  const drop = useCallback(() => {
    if (pending.current !== null) clearTimeout(pending.current.timer);
    pending.current = null;
  }, []);

  const flush = useCallback(() => {
    const waiting = pending.current;
    if (waiting === null) return;
    drop();
    const { doc, parts } = waiting;
    // Offline the client holds the mutation and sends it later; a refusal leaves the text in the editor.
    void save({ threadId, mode, doc, ...(parts === undefined ? {} : { parts }) }).then(
      () => setState("saved"),
      () => setState("none"),
    );
  }, [drop, save, threadId, mode]);

  const change = useCallback(
    (doc: DocNode, parts?: DraftParts) => {
      drop();
      const timer = setTimeout(flush, SAVE_AFTER_MS);
      pending.current = { doc: JSON.stringify(doc), timer, ...(parts === undefined ? {} : { parts }) };
      setState("saving");
    },
    [drop, flush],
  );

  const discard = useCallback(() => {
    drop();
    setState("none");
    void discardStored({ threadId, mode }).catch(() => undefined);
  }, [drop, discardStored, threadId, mode]);

  useEffect(() => {
    window.addEventListener("pagehide", flush);
    return () => {
      window.removeEventListener("pagehide", flush);
      flush();
    };
  }, [flush]);

  useOpenField(
    shownId,
    useMemo(() => (mode === "reply" ? { flush, drop } : null), [mode, flush, drop]),
  );
  const keep = useCallback(
    (doc: string) => {
      save({ threadId, mode, doc }).catch(() => setState("none"));
    },
    [save, threadId, mode],
  );
  return { stored, state, change, flush, drop, keep, discard };
}
