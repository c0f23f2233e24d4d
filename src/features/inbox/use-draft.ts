import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { api } from "../../../convex/_generated/api";
import type { Id } from "../../../convex/_generated/dataModel";
import type { MessageRow } from "../../lib/api-types";
import type { OrgArgs } from "../../lib/org";
import type { DocNode } from "../../editor/doc-text";
import { useOrg, useOrgMutation, useOrgQuery } from "../../lib/org";
import { useOpenField } from "./draft-desk";
import {
  type DraftKey,
  forgetKept,
  forgetSent,
  joinKept,
  keepDraft,
  keepSent,
  pruneKept,
  readKept,
  readUnheard,
  restoredDraft,
} from "./kept-drafts";
import type { AttachedFile } from "./use-uploads";

/** Saved within a second of the last key (product.md 3.2, "Drafts"). */
const SAVE_AFTER_MS = 500;

export type DraftState = "none" | "saving" | "saved";

/** What an answer has beside its words. */
export type DraftParts = NonNullable<OrgArgs<typeof api.inbox.mutations.saveDraft>["parts"]>;

/** The caller's own draft. */
export type OwnDraft = ReturnType<typeof useDraft>;

/** What a field needs of the draft it writes. */
export type WritableDraft = Pick<OwnDraft, "stored" | "state" | "change" | "flush" | "discard"> & {
  /** Absent where the words stay in the field until they are sent. */
  sending?: OwnDraft["sending"];
};

/** What is on its way: says how that ended. */
export type Sending = { clientId: string; ended: () => void };

/**
 * A draft that outlives the page: loaded once, saved while writing, thrown away when sent; until the server has it, it is
 * kept in this browser. `shownId` is what the conversation is called by now: it may have been merged meanwhile.
 */
export function useDraft(
  threadId: Id<"threads">,
  mode: "reply" | "note",
  { shownId, messages }: { shownId: Id<"threads">; messages: readonly MessageRow[] },
) {
  const { memberId } = useOrg().membership;
  const key = useMemo(() => ({ memberId, threadId, mode }), [memberId, threadId, mode]);
  const save = useOrgMutation(api.inbox.mutations.saveDraft);
  const stored = useStoredDraft(key, messages, save);
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
      () => {
        if (pending.current === null) forgetKept(key, doc);
        setState("saved");
      },
      () => setState("none"),
    );
  }, [drop, save, threadId, mode, key]);

  const change = useCallback(
    (content: DocNode, parts?: DraftParts, files: readonly AttachedFile[] = []) => {
      drop();
      const timer = setTimeout(flush, SAVE_AFTER_MS);
      const doc = JSON.stringify(content);
      keepDraft(key, { doc, parts, files });
      pending.current = { doc, timer, ...(parts === undefined ? {} : { parts }) };
      setState("saving");
    },
    [drop, flush, key],
  );

  const sending = useCallback(
    (content: DocNode, parts: DraftParts, files: readonly AttachedFile[]): Sending => {
      const clientId = crypto.randomUUID();
      keepSent(key, clientId, { doc: JSON.stringify(content), parts, files });
      return { clientId, ended: () => forgetSent(key, clientId) };
    },
    [key],
  );

  const forget = useCallback(() => {
    drop();
    forgetKept(key);
  }, [drop, key]);

  const discard = useCallback(() => {
    forget();
    setState("none");
    void discardStored({ threadId, mode }).catch(() => undefined);
  }, [forget, discardStored, threadId, mode]);

  useEffect(() => {
    window.addEventListener("pagehide", flush);
    return () => {
      window.removeEventListener("pagehide", flush);
      flush();
    };
  }, [flush]);

  useOpenField(
    shownId,
    useMemo(() => (mode === "reply" ? { flush, drop: forget } : null), [mode, flush, forget]),
  );
  const keep = useCallback(
    (doc: string) => {
      keepDraft(key, { doc, files: [] });
      save({ threadId, mode, doc }).then(
        () => forgetKept(key, doc),
        () => setState("none"),
      );
    },
    [save, threadId, mode, key],
  );
  return { stored, state, change, flush, drop, forget, keep, sending, discard };
}

type Save = (args: OrgArgs<typeof api.inbox.mutations.saveDraft>) => Promise<null>;

/** The draft as the server has it, with what an earlier page could not hand on; undefined while loading. */
function useStoredDraft(key: DraftKey, messages: readonly MessageRow[], save: Save) {
  const { threadId, mode } = key;
  const stored = useOrgQuery(api.inbox.queries.getDraft, { threadId, mode });
  const [left, setLeft] = useState(() => ({ kept: readKept(key), unheard: readUnheard(key) }));
  // What was sent by an earlier page stands among the messages, or never arrived.
  const isUnclear = left.unheard.length > 0 && messages.length === 0;
  const sent = new Set(messages.map(({ clientId }) => clientId));
  const lost = left.unheard.filter(({ sentAs }) => !sent.has(sentAs)).map(({ draft }) => draft);
  const kept = joinKept([...lost, ...(left.kept === null ? [] : [left.kept])]);
  const shown = stored === undefined || isUnclear ? undefined : restoredDraft(kept, stored);
  const isHandedOn = useRef(false);
  useEffect(() => {
    if (shown === undefined || isHandedOn.current) return;
    isHandedOn.current = true;
    pruneKept(Date.now());
    const done = () => {
      for (const { sentAs } of left.unheard) forgetSent(key, sentAs);
      if (left.kept !== null) forgetKept(key, left.kept.doc);
      setLeft({ kept: null, unheard: [] });
    };
    if (kept === null || shown === null) {
      for (const { sentAs } of left.unheard) forgetSent(key, sentAs);
      return;
    }
    const { doc, parts } = shown;
    // Refused or lost on its way, it is kept here for another time.
    void save({ threadId, mode, doc, ...(parts === undefined ? {} : { parts }) }).then(done, () => undefined);
  });
  return shown;
}
