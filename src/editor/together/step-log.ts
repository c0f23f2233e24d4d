import type { Schema } from "@tiptap/pm/model";
import { Step, type StepMap } from "@tiptap/pm/transform";

/** An editor as its steps name it: prosemirror-collab's clientID. */
export type EditorId = string | number;

type Done = { by: EditorId; map: StepMap };

/** What was done to a draft, version by version, as far as this page has heard of it. It lives as long as its field. */
export class StepLog {
  readonly #known = new Map<number, { by: EditorId; json: string; map?: StepMap }>();

  /** The first of `steps` was done on top of `version`, each further one on top of the one before it. */
  note(version: number, steps: readonly string[], by: readonly EditorId[]): void {
    steps.forEach((json, index) => {
      const editor = by[index];
      if (editor !== undefined && !this.#known.has(version + index))
        this.#known.set(version + index, { by: editor, json });
    });
  }

  /** What led from one version to a later one, in order; null when some of it is not known here (yet). */
  between(from: number, to: number, schema: Schema): Done[] | null {
    if (from > to) return null;
    const done: Done[] = [];
    for (let version = from; version < to; version += 1) {
      const step = this.#known.get(version);
      if (step === undefined) return null;
      step.map ??= Step.fromJSON(schema, JSON.parse(step.json)).getMap();
      done.push({ by: step.by, map: step.map });
    }
    return done;
  }
}
