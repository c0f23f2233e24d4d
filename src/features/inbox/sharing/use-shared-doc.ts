import type { SyncApi } from "@convex-dev/prosemirror-sync";
import { syncExtension } from "@convex-dev/prosemirror-sync/tiptap";
import type { AnyExtension, Editor } from "@tiptap/react";
import { type ConvexReactClient, useConvex } from "convex/react";
import type { FunctionReference } from "convex/server";
import { getVersion, sendableSteps } from "prosemirror-collab";
import { useEffect, useMemo, useState } from "react";
import { api } from "../../../../convex/_generated/api";
import type { Id } from "../../../../convex/_generated/dataModel";
import { parseDoc, type DocNode } from "../../../editor/doc-text";
import { useOrg, useOrgQuery } from "../../../lib/org";

const { queries, mutations } = api.inbox.sharedDrafts;
/** Ours ask for the workspace too: `clientOf` adds it. */
const SYNC = {
  getSnapshot: queries.getSnapshot,
  latestVersion: queries.latestVersion,
  getSteps: queries.getSteps,
  submitSnapshot: mutations.submitSnapshot,
  submitSteps: mutations.submitSteps,
} as unknown as SyncApi;

// Who is told when words of a draft did not arrive: also after its field has gone, when the last ones are sent.
const reporters = new Map<Id<"sharedDrafts">, (error: Error) => void>();

/** What was written on this page arrives within that, or the network is away. */
const SETTLED_WITHIN_MS = 8_000;

export type SharedDoc = { initial: DocNode | null; extension: AnyExtension };

/** The words of a shared draft and what keeps them the same everywhere. Null while loading. */
export function useSharedDoc(draftId: Id<"sharedDrafts">, onError: (error: Error) => void): SharedDoc | null {
  const convex = useConvex();
  const { orgId } = useOrg();
  const snapshot = useOrgQuery(queries.getSnapshot, { id: draftId });
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
    return { initial, extension: syncExtension(clientOf(convex, orgId), draftId, SYNC, state, options) };
  }, [convex, orgId, draftId, first]);
}

/** The part of the client that the extension uses, with the workspace in every question. */
function clientOf(convex: ConvexReactClient, orgId: Id<"organisations">): ConvexReactClient {
  const client = {
    query: (query: FunctionReference<"query">, args: object) => convex.query(query, { ...args, orgId }),
    mutation: (mutation: FunctionReference<"mutation">, args: object) => convex.mutation(mutation, { ...args, orgId }),
    watchQuery: (query: FunctionReference<"query">, args: object) => convex.watchQuery(query, { ...args, orgId }),
  };
  return client as unknown as ConvexReactClient;
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
