import { useEffect, useSyncExternalStore } from "react";
import type { Id } from "../../../convex/_generated/dataModel";

// Fields that are open on this page. An answer that is taken back becomes a draft on the server: what is being typed has
// to be there before, and the field has to read its draft anew afterwards.

type OpenField = {
  /** Saves at once what waits to be saved. */
  flush: () => void;
  /** Forgets what waits to be saved. */
  drop: () => void;
};

const fields = new Map<Id<"threads">, OpenField>();
const epochs = new Map<Id<"threads">, number>();
const listeners = new Set<() => void>();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Carries out `change`, which writes drafts of any conversation, and shows those that are open anew. Throws what it throws. */
export async function changeOpenDrafts<T>(change: () => Promise<T>): Promise<T> {
  for (const field of fields.values()) field.flush();
  const changed = await change();
  for (const [threadId, field] of fields) {
    field.drop();
    epochs.set(threadId, (epochs.get(threadId) ?? 0) + 1);
  }
  for (const listener of listeners) listener();
  return changed;
}

/** Puts the cursor behind the words of a conversation's draft, when its field is there. */
export function pointToDraft(threadId: Id<"threads">): void {
  epochs.set(threadId, (epochs.get(threadId) ?? 0) + 1);
  for (const listener of listeners) listener();
}

/** Registers the answer field of a conversation as long as it is mounted. */
export function useOpenField(threadId: Id<"threads">, field: OpenField | null): void {
  useEffect(() => {
    if (field === null) return;
    fields.set(threadId, field);
    return () => {
      if (fields.get(threadId) === field) fields.delete(threadId);
    };
  }, [threadId, field]);
}

/** Goes up each time the draft of a conversation changed on the server. */
export function useDraftEpoch(threadId: Id<"threads">): number {
  return useSyncExternalStore(subscribe, () => epochs.get(threadId) ?? 0);
}

/**
 * Carries out `change`, which makes an answer a draft again, and shows the draft. False when its field is not on the
 * screen. Throws what `change` throws.
 */
export async function changeDraft(threadId: Id<"threads">, change: () => Promise<unknown>): Promise<boolean> {
  fields.get(threadId)?.flush();
  await change();
  const field = fields.get(threadId);
  field?.drop();
  epochs.set(threadId, (epochs.get(threadId) ?? 0) + 1);
  for (const listener of listeners) listener();
  return field !== undefined;
}
