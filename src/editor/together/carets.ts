import { type EditorState, Plugin, PluginKey } from "@tiptap/pm/state";
import type { EditorView } from "@tiptap/pm/view";
import { Extension } from "@tiptap/react";
import { getVersion } from "prosemirror-collab";
import { type Caret, caretMarks, turnNames } from "./caret-marks";
import { type Place, rangeShown } from "./caret-places";
import { CaretTeller } from "./caret-teller";
import type { EditorId, StepLog } from "./step-log";

/** How carets get to the others and from them. */
export type CaretWire = {
  /** Tells where the others are, now and whenever that changes, until what it returns is called. */
  watch: (show: (carets: readonly Caret[]) => void) => () => void;
  place: (place: Place) => Promise<unknown>;
  leave: (editor: EditorId) => Promise<unknown>;
  /** Writes into the log what was done after a version. */
  learnSteps: (version: number) => Promise<unknown>;
};

/** `shown` stands in for a place that lies in words which are still on their way here. */
type Seen = { caret: Caret; shown: Caret | null };

const KEY = new PluginKey<readonly Seen[]>("carets");

/** Shows in a shared draft where the others write, and them where this editor does. */
export function caretExtension(wire: CaretWire, log: StepLog): Extension {
  return Extension.create({ name: "carets", addProseMirrorPlugins: () => [caretPlugin(wire, log)] });
}

/** The same for an editor of ProseMirror that shares its steps by prosemirror-collab. */
export function caretPlugin(wire: CaretWire, log: StepLog): Plugin<readonly Seen[]> {
  return new Plugin<readonly Seen[]>({
    key: KEY,
    state: {
      init: () => [],
      apply: (tr, seen, before) => {
        const carets = tr.getMeta(KEY) as readonly Caret[] | undefined;
        if (carets === undefined) return seen;
        return carets.map((caret) => ({
          caret,
          shown: current(
            seen.find((known) => known.caret.memberId === caret.memberId),
            before,
            log,
          ),
        }));
      },
    },
    props: {
      decorations: (state) => {
        const shown = (KEY.getState(state) ?? []).flatMap((seen) => current(seen, state, log) ?? []);
        return caretMarks(state, shown, log);
      },
    },
    view: (view) => follow(view, wire, log),
  });
}

function current(seen: Seen | undefined, state: EditorState, log: StepLog): Caret | null {
  if (seen === undefined) return null;
  return rangeShown(seen.caret, state, log) === null ? seen.shown : seen.caret;
}

function follow(view: EditorView, wire: CaretWire, log: StepLog) {
  const { place, leave } = wire;
  const teller = new CaretTeller({ state: () => view.state, log, place, leave });
  const asked = new Set<number>();
  const show = (carets: readonly Caret[]) => view.dispatch(view.state.tr.setMeta(KEY, carets));
  const showAll = (carets: readonly Caret[]) => {
    show(carets);
    const old = Math.min(...carets.map(({ version }) => version));
    const now = getVersion(view.state);
    // Somebody stands in words from before this page came: what was done since tells where that is now.
    if (old >= now || asked.has(old) || log.between(old, now, view.state.schema) !== null) return;
    asked.add(old);
    wire.learnSteps(old).then(
      () => !view.isDestroyed && show((KEY.getState(view.state) ?? []).map(({ caret }) => caret)),
      // Not shown: their next move tells it anew.
      () => undefined,
    );
  };
  const stop = wire.watch(showAll);
  const onFocus = () => teller.moved();
  const onHide = () => teller.leave();
  view.dom.addEventListener("focus", onFocus);
  window.addEventListener("pagehide", onHide);
  return {
    update: (_: EditorView, before: EditorState) => {
      if (isOwnMove(before, view.state) && view.hasFocus()) teller.moved();
      else teller.consider();
      turnNames(view);
    },
    destroy: () => {
      stop();
      view.dom.removeEventListener("focus", onFocus);
      window.removeEventListener("pagehide", onHide);
      teller.leave();
    },
  };
}

// What comes from others brings another version with it.
function isOwnMove(before: EditorState, now: EditorState): boolean {
  if (getVersion(before) !== getVersion(now)) return false;
  return !before.doc.eq(now.doc) || !before.selection.eq(now.selection);
}
