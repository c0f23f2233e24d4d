import type { Store } from "../database/store.ts";
import type { IndexedText } from "../database/read-set.ts";
import type { KeyBytes } from "../value/key.ts";
import type { Posting } from "./posting-block.ts";
import { packTerms, writeTerms, type TermPostings } from "./postings.ts";

// What commits add to a text index waits until somebody reads the index or the batch is written: then each term's
// postings of many documents are written one after the other, as they lie in the file. For one message that is one
// statement or two; for thousands at once it is the difference between every page of the index once and a thousand times.

/** Postings that wait at most: some 20 MB. */
const MOST_WAITING = 200_000;

/** The terms of one document, for which it may be time to be packed. */
interface Check {
  ix: number;
  part: Buffer;
  terms: Iterable<KeyBytes>;
  doc: number;
}

class WaitingPostings {
  readonly #terms = new Map<string, Omit<TermPostings, "postings"> & { postings: Posting[] }>();
  readonly #checks: Check[] = [];
  #count = 0;
  isWritten = false;

  constructor(private readonly store: Store) {}

  add(ix: number, part: Buffer, text: IndexedText, posting: Omit<Posting, "tf">): void {
    const { doc, length, created, filters } = posting;
    const place = `${String(ix).padStart(16, "0")} ${part.toString("latin1")} `;
    for (const [term, tf] of text.terms) {
      const key = place + term;
      let known = this.#terms.get(key);
      if (known === undefined) this.#terms.set(key, (known = { ix, part, term, postings: [] }));
      known.postings.push({ doc, tf, length, created, filters });
    }
    this.#checks.push({ ix, part, terms: text.terms.keys(), doc });
    this.#count += text.terms.size;
  }

  get isFull(): boolean {
    return this.#count >= MOST_WAITING;
  }

  write(): void {
    this.isWritten = true;
    const keys = [...this.#terms.keys()].sort();
    const inOrder = keys.flatMap((key) => this.#terms.get(key) ?? []);
    writeTerms(this.store, inOrder);
    for (const { ix, part, terms, doc } of this.#checks) packTerms(this.store, ix, part, terms, doc);
  }
}

const waiting = new WeakMap<Store, WaitingPostings>();

/** Adds the postings of a document that is not in the index. Whoever reads the index finds them. */
export function putPostings(
  store: Store,
  { ix, part, text }: { ix: number; part: Buffer; text: IndexedText },
  posting: Omit<Posting, "tf">,
): void {
  let own = waiting.get(store);
  if (own === undefined || own.isWritten) {
    const fresh = new WaitingPostings(store);
    store.whenSearched(() => fresh.write());
    waiting.set(store, (own = fresh));
  }
  own.add(ix, part, text, posting);
  if (own.isFull) store.settleSearch();
}
