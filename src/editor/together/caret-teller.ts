import type { EditorState } from "@tiptap/pm/state";
import { CARET_GAP_MS, CARET_PAUSE_MS, CARET_REFRESH_MS } from "../../../convex/inbox/sharedDrafts/carets/rules";
import { editorIdOf, ownRange, type Place, rangeInKnown } from "./caret-places";
import type { EditorId, StepLog } from "./step-log";

type Told = {
  state: () => EditorState;
  log: StepLog;
  place: (place: Place) => Promise<unknown>;
  leave: (editor: EditorId) => Promise<unknown>;
};

/**
 * Tells the others where this editor is: when they cannot know it by counting on from what they were told, a few times a
 * second at most, and now and then while somebody goes on writing. Nothing is told while nobody moves.
 */
export class CaretTeller {
  readonly #editor: EditorId;
  #told: Place | null = null;
  #toldAt = Number.NEGATIVE_INFINITY;
  #movedAt = Number.NEGATIVE_INFINITY;
  #isTelling = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly of: Told) {
    this.#editor = editorIdOf(of.state());
  }

  /** Somebody wrote or went elsewhere here. */
  moved(): void {
    this.#movedAt = Date.now();
    this.consider();
  }

  /** The words changed, or who has which. */
  consider(): void {
    if (this.#timer !== undefined || this.#isTelling || !this.#isNews()) return;
    const wait = Math.max(0, this.#toldAt + CARET_GAP_MS - Date.now());
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (this.#isNews()) void this.#tell();
    }, wait);
  }

  /** The editor closes, or its page. */
  leave(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#movedAt = Number.NEGATIVE_INFINITY;
    if (this.#told === null) return;
    this.#told = null;
    // A lost goodbye is no harm: the caret goes by itself when it does not move.
    this.of.leave(this.#editor).catch(() => undefined);
  }

  #isNews(): boolean {
    const now = Date.now();
    if (now - this.#movedAt >= CARET_PAUSE_MS) return false;
    const state = this.of.state();
    const counted = this.#told === null ? null : rangeInKnown(this.#told, state, this.of.log);
    if (counted === null) return true;
    if (this.#movedAt > this.#toldAt && now - this.#toldAt >= CARET_REFRESH_MS) return true;
    const { anchor, head } = ownRange(state);
    return counted.anchor !== anchor || counted.head !== head;
  }

  async #tell(): Promise<void> {
    const place = { editor: this.#editor, ...ownRange(this.of.state()) };
    this.#told = place;
    this.#toldAt = Date.now();
    this.#isTelling = true;
    try {
      await this.of.place(place);
    } catch {
      // Not shown: carets are comfort, and the next move tries again.
      this.#told = null;
      return;
    } finally {
      this.#isTelling = false;
    }
    this.consider();
  }
}
