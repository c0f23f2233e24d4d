import type { KeyBytes } from "../value/key.ts";
import { SortedMap } from "./sorted-map.ts";
import type { StoredDoc } from "./stored-doc.ts";
import type { Commit } from "./write-log.ts";

/** Entries of one index that differ from what the file holds: a document, or null for "nothing here". Undoable. */
export class Overlay {
  readonly entries = new SortedMap<StoredDoc | null>();
  readonly #journal: { key: KeyBytes; before: StoredDoc | null | undefined }[] = [];

  put(key: KeyBytes, doc: StoredDoc | null): void {
    this.#journal.push({ key, before: this.entries.get(key) });
    this.entries.set(key, doc);
  }

  /** Mark for `undoTo`. */
  get position(): number {
    return this.#journal.length;
  }

  undoTo(position: number): void {
    while (this.#journal.length > position) {
      const step = this.#journal.pop();
      if (step === undefined) return;
      if (step.before === undefined) this.entries.delete(step.key);
      else this.entries.set(step.key, step.before);
    }
  }
}

/**
 * What the file held at an older instant, where it differs from now. Commits are taken back oldest first and the first
 * one to touch a key decides: what it found there is what the snapshot sees.
 */
export class UndoOverlay {
  readonly #indexes = new Map<number, SortedMap<StoredDoc | null>>();
  /** Snapshot version of every document changed since, by table and row: what text search needs. */
  readonly changed = new Map<number, Map<KeyBytes, { before: StoredDoc | null; rowid: number }>>();

  entries(ix: number): SortedMap<StoredDoc | null> | undefined {
    return this.#indexes.get(ix);
  }

  addCommit(commit: Commit): void {
    for (const change of commit.changes) {
      for (const { ix, oldKey, newKey } of change.entries) {
        if (oldKey !== null) this.#putFirst(ix, oldKey, change.before);
        if (newKey !== null) this.#putFirst(ix, newKey, null);
      }
      const { idBytes, before, rowid } = change;
      let byId = this.changed.get(change.table.tablet);
      if (byId === undefined) this.changed.set(change.table.tablet, (byId = new Map()));
      if (!byId.has(idBytes)) byId.set(idBytes, { before, rowid });
    }
  }

  #putFirst(ix: number, key: KeyBytes, doc: StoredDoc | null): void {
    let entries = this.#indexes.get(ix);
    if (entries === undefined) this.#indexes.set(ix, (entries = new SortedMap()));
    if (!entries.has(key)) entries.set(key, doc);
  }
}
