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
 * one to touch a key decides: what it found there is what the snapshot sees. Most indexes are never read after others'
 * commits, so each waits until then.
 */
export class UndoOverlay {
  readonly #commits: Commit[] = [];
  readonly #indexes = new Map<number, { entries: SortedMap<StoredDoc | null>; takenBack: number }>();
  readonly #changed = new Map<number, Map<KeyBytes, { before: StoredDoc | null; rowid: number }>>();
  #changedTakenBack = 0;

  addCommit(commit: Commit): void {
    this.#commits.push(commit);
  }

  /** By key, what an index of the table held; undefined where nothing was committed since. */
  entries(tablet: number, ix: number): SortedMap<StoredDoc | null> | undefined {
    if (this.#commits.length === 0) return undefined;
    let view = this.#indexes.get(ix);
    if (view === undefined) this.#indexes.set(ix, (view = { entries: new SortedMap(), takenBack: 0 }));
    const { entries } = view;
    for (; view.takenBack < this.#commits.length; view.takenBack++) {
      for (const change of this.#commits[view.takenBack]?.changes ?? []) {
        if (change.table.tablet !== tablet) continue;
        const entry = change.entries.find((each) => each.ix === ix);
        if (entry === undefined) continue;
        const { oldKey, newKey } = entry;
        if (oldKey !== null && !entries.has(oldKey)) entries.set(oldKey, change.before);
        if (newKey !== null && !entries.has(newKey)) entries.set(newKey, null);
      }
    }
    return entries;
  }

  /** Snapshot version of every document of the table changed since, by id, with its row: what text search needs. */
  changed(tablet: number): ReadonlyMap<KeyBytes, { before: StoredDoc | null; rowid: number }> | undefined {
    for (; this.#changedTakenBack < this.#commits.length; this.#changedTakenBack++) {
      for (const { table, idBytes, before, rowid } of this.#commits[this.#changedTakenBack]?.changes ?? []) {
        let byId = this.#changed.get(table.tablet);
        if (byId === undefined) this.#changed.set(table.tablet, (byId = new Map()));
        if (!byId.has(idBytes)) byId.set(idBytes, { before, rowid });
      }
    }
    return this.#changed.get(tablet);
  }
}
