import { getSchema } from "@tiptap/core";
import { EditorState, TextSelection, type Transaction } from "@tiptap/pm/state";
import { Step } from "@tiptap/pm/transform";
import { EditorView } from "@tiptap/pm/view";
import StarterKit from "@tiptap/starter-kit";
import fc from "fast-check";
import { collab, getVersion, receiveTransaction, sendableSteps } from "prosemirror-collab";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { CARET_PAUSE_MS } from "../../../convex/inbox/sharedDrafts/carets/rules";
import { editorIdOf, ownRange, type Place, rangeInKnown, rangeShown } from "./caret-places";
import type { Caret } from "./caret-marks";
import { CaretTeller } from "./caret-teller";
import { caretPlugin, type CaretWire } from "./carets";
import { StepLog } from "./step-log";

const schema = getSchema([StarterKit]);

/** The draft as the server has it: every step, and whose it is. */
class Server {
  readonly steps: { json: string; by: string | number }[] = [];
  /** Takes steps on top of the newest version only. */
  push(version: number, steps: string[], by: string | number): boolean {
    if (version !== this.steps.length) return false;
    this.steps.push(...steps.map((json) => ({ json, by })));
    return true;
  }
}

/** An editor as a page has it; `tell` is what it lets the others know of where it is. */
class Page {
  readonly log = new StepLog();
  state: EditorState;
  constructor(
    readonly server: Server,
    readonly id: string,
    text = "",
  ) {
    const paragraph = schema.node("paragraph", null, text === "" ? [] : [schema.text(text)]);
    const doc = schema.node("doc", null, [paragraph]);
    this.state = EditorState.create({ doc, plugins: [collab({ version: 0, clientID: id })] });
  }
  apply(tr: Transaction): void {
    this.state = this.state.apply(tr);
  }
  /** Selects between two places of the text, as many letters from its start. */
  select(from: number, to = from): void {
    const { doc } = this.state;
    const at = (place: number) => doc.resolve(1 + (place % (doc.content.size - 1)));
    this.apply(this.state.tr.setSelection(TextSelection.between(at(from), at(to))));
  }
  type(text: string): void {
    this.apply(this.state.tr.insertText(text));
  }
  split(): void {
    this.apply(this.state.tr.deleteSelection());
    this.apply(this.state.tr.split(this.state.selection.from));
  }
  erase(): void {
    const { from, to, $from } = this.state.selection;
    if (from !== to) this.apply(this.state.tr.deleteSelection());
    else if ($from.parentOffset > 0) this.apply(this.state.tr.delete(from - 1, from));
  }
  pull(): void {
    const news = this.server.steps.slice(getVersion(this.state));
    const clients = news.map(({ by }) => by);
    this.log.note(
      getVersion(this.state),
      news.map(({ json }) => json),
      clients,
    );
    const steps = news.map(({ json }) => Step.fromJSON(schema, JSON.parse(json)));
    this.apply(receiveTransaction(this.state, steps, clients, { mapSelectionBackward: true }));
  }
  push(): void {
    this.pull();
    const sendable = sendableSteps(this.state);
    if (sendable === null) return;
    const steps = sendable.steps.map((step) => JSON.stringify(step.toJSON()));
    expect(this.server.push(sendable.version, steps, this.id)).toBe(true);
    this.pull();
  }
  tell(): Place {
    return { editor: this.id, ...ownRange(this.state) };
  }
  shows(place: Place) {
    return rangeShown(place, this.state, this.log);
  }
  selection() {
    const { anchor, head } = this.state.selection;
    return { anchor, head };
  }
}

const START = "Hallo Max, danke";
function pages(count: number): Page[] {
  const server = new Server();
  return Array.from({ length: count }, (_, index) => new Page(server, `page ${index}`, START));
}
const settle = (all: Page[]) => {
  for (const page of all) page.push();
  for (const page of all) page.pull();
};

describe("a place in words that others change", () => {
  it("goes on with what its editor writes, without being told again", () => {
    const [anna, ben] = pages(2) as [Page, Page];
    anna.select(5);
    const told = anna.tell();
    anna.type(" und");
    anna.type(" hallo");
    anna.push();
    anna.type("!");
    anna.push();
    ben.pull();
    expect(ben.shows(told)).toEqual(anna.selection());
  });

  it("stands still while others write before, behind and at it", () => {
    const [anna, ben] = pages(2) as [Page, Page];
    anna.select(6, 9);
    const told = anna.tell();
    const places = [() => 0, () => 14, () => ben.shows(told)!.anchor - 1, () => ben.shows(told)!.head - 1];
    for (const place of places) {
      ben.select(place());
      ben.type("xx");
      // What is on its way already counts where it was written.
      const before = ben.shows(told);
      ben.push();
      expect(ben.shows(told)).toEqual(before);
      anna.pull();
      expect(ben.shows(told)).toEqual(anna.selection());
    }
  });

  it("is not guessed while words up to it are missing", () => {
    const [anna, ben] = pages(2) as [Page, Page];
    anna.select(3);
    anna.type("abc");
    anna.push();
    const told = anna.tell();
    expect(ben.shows(told)).toBeNull();
    ben.pull();
    expect(ben.shows(told)).toEqual(anna.selection());
  });

  const action = fc.record({
    who: fc.nat(2),
    what: fc.oneof(
      fc.record({ kind: fc.constant("type" as const), text: fc.string({ minLength: 1, maxLength: 3 }) }),
      fc.record({ kind: fc.constant("select" as const), from: fc.nat(40), to: fc.nat(40) }),
      fc.constantFrom(
        { kind: "erase" as const },
        { kind: "split" as const },
        { kind: "push" as const },
        { kind: "pull" as const },
        { kind: "tell" as const },
      ),
    ),
  });

  it("is inside the words at any time, and the same for everybody in the end, whatever is done at once", () => {
    fc.assert(
      fc.property(fc.array(action, { maxLength: 40 }), (actions) => {
        const all = pages(3);
        const told = new Map<string, Place>();
        for (const { who, what } of actions) {
          const page = all[who]!;
          if (what.kind === "type") page.type(what.text);
          else if (what.kind === "select") page.select(what.from, what.to);
          else if (what.kind === "tell") told.set(page.id, page.tell());
          else page[what.kind]();
          for (const { state, log } of all) for (const place of told.values()) checkInside(place, state, log);
        }
        settle(all);
        const late = new Page(all[0]!.server, "late", START);
        late.pull();
        for (const place of told.values()) {
          const counted = all.map(({ state, log }) => rangeInKnown(place, state, log));
          expect(counted[0]).not.toBeNull();
          for (const range of [...counted, rangeInKnown(place, late.state, late.log)])
            expect(range).toEqual(counted[0]);
        }
        // Told anew, it is to the letter where its editor is.
        for (const page of all) for (const other of all) expect(other.shows(page.tell())).toEqual(page.selection());
      }),
      { numRuns: 300, seed: 66 },
    );
  });

  function checkInside(place: Place, state: EditorState, log: StepLog): void {
    const range = rangeShown(place, state, log);
    if (range === null) return;
    for (const position of [range.anchor, range.head]) {
      expect(state.doc.resolve(position).parent.inlineContent).toBe(true);
    }
  }
});

describe("telling", () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  function withTeller(place: (at: Place) => Promise<unknown> = () => Promise.resolve()) {
    const page = pages(1)[0]!;
    const [told, left] = [vi.fn(place), vi.fn(() => Promise.resolve())];
    const teller = new CaretTeller({ state: () => page.state, log: page.log, place: told, leave: left });
    const type = async (text: string, ms: number) => {
      page.type(text);
      teller.moved();
      await vi.advanceTimersByTimeAsync(ms / 2);
      page.push();
      teller.consider();
      await vi.advanceTimersByTimeAsync(ms / 2);
    };
    return { page, told, left, teller, type };
  }

  it("happens a few times a second at most, the last place included", async () => {
    const { page, told, teller } = withTeller();
    for (let index = 0; index < 100; index += 1) {
      page.select(index % 15);
      teller.moved();
      await vi.advanceTimersByTimeAsync(20);
    }
    await vi.advanceTimersByTimeAsync(1_000);
    // Two seconds of moving.
    expect(told.mock.calls.length).toBeLessThan(9);
    expect(told.mock.lastCall?.[0]).toMatchObject(page.selection());
  });

  it("is needless while somebody simply writes, but for a sign of life now and then", async () => {
    const { page, told, type } = withTeller();
    page.select(4);
    for (let index = 0; index < 300; index += 1) await type("a", 200);
    // A minute of writing.
    expect(told.mock.calls.length).toBeLessThan(5);
    expect(told.mock.calls.length).toBeGreaterThan(2);
  });

  it("does not happen while nothing moves, nor before anybody was in the field", async () => {
    const { told, teller } = withTeller();
    teller.consider();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(told).not.toHaveBeenCalled();
    teller.moved();
    await vi.advanceTimersByTimeAsync(10 * CARET_PAUSE_MS);
    expect(told).toHaveBeenCalledTimes(1);
  });

  it("begins again after a pause, in the same place too", async () => {
    const { told, teller } = withTeller();
    teller.moved();
    await vi.advanceTimersByTimeAsync(2 * CARET_PAUSE_MS);
    teller.moved();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(told).toHaveBeenCalledTimes(2);
  });

  it("ends with leaving, which is told only by whom the others know", async () => {
    const { told, left, teller } = withTeller();
    teller.leave();
    expect(left).not.toHaveBeenCalled();
    teller.moved();
    await vi.advanceTimersByTimeAsync(1_000);
    teller.leave();
    teller.consider();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(left).toHaveBeenCalledExactlyOnceWith("page 0");
    expect(told).toHaveBeenCalledTimes(1);
  });

  it("waits for the next move when it failed", async () => {
    const { told, teller } = withTeller(() => Promise.reject(new Error("offline")));
    teller.moved();
    await vi.advanceTimersByTimeAsync(5_000);
    expect(told).toHaveBeenCalledTimes(1);
    teller.moved();
    await vi.advanceTimersByTimeAsync(5_000);
    expect(told).toHaveBeenCalledTimes(2);
  });

  it("goes by the name the steps go by", () => {
    expect(editorIdOf(pages(1)[0]!.state)).toBe("page 0");
  });
});

describe("what is drawn", () => {
  function withView(version = 0) {
    const server = new Server();
    const log = new StepLog();
    const paragraph = schema.node("paragraph", null, [schema.text(START)]);
    const shown: { show: ((carets: readonly Caret[]) => void) | null } = { show: null };
    const wire = {
      watch: (show) => {
        shown.show = show;
        return () => {
          shown.show = null;
        };
      },
      place: () => Promise.resolve(),
      leave: () => Promise.resolve(),
      learnSteps: vi.fn((from: number) => {
        log.note(
          from,
          server.steps.slice(from).map(({ json }) => json),
          server.steps.slice(from).map(({ by }) => by),
        );
        return Promise.resolve();
      }),
    } satisfies CaretWire;
    const plugins = [collab({ version, clientID: "here" }), caretPlugin(wire, log)];
    const state = EditorState.create({ doc: schema.node("doc", null, [paragraph]), plugins });
    const view = new EditorView(document.body.appendChild(document.createElement("div")), { state });
    const drawn = () => [...view.dom.querySelectorAll<HTMLElement>("[data-caret]")];
    return { server, wire, view, drawn, shown, show: (...carets: Caret[]) => shown.show?.(carets) };
  }

  const ben: Caret = { memberId: "ben", name: "Ben", tone: 2, editor: "there", version: 0, anchor: 1, head: 6 };

  it("is a caret with a name and what is selected, silent and no part of the words", () => {
    const { view, drawn, show } = withView();
    show({ ...ben, anchor: 2 });
    expect(drawn().map(({ dataset }) => dataset.caret)).toEqual(["Ben"]);
    expect(drawn()[0]?.getAttribute("aria-hidden")).toBe("true");
    expect(view.dom.querySelector(".bg-caret-3\\/20")?.textContent).toBe("allo");
    expect(view.dom.textContent).toBe(START);
    view.dispatch(view.state.tr.insertText("Oh ", 1));
    expect(view.dom.querySelector(".bg-caret-3\\/20")?.textContent).toBe("allo");
    show();
    expect(drawn()).toEqual([]);
    view.destroy();
  });

  it("stays where it was until the words of a new place are here", () => {
    const { drawn, show } = withView();
    show(ben);
    show({ ...ben, version: 3, anchor: 30, head: 30 });
    expect(drawn()[0]?.parentElement?.firstChild?.textContent).toBe("Hallo");
    show({ ...ben, version: 4, anchor: 31, head: 31 });
    expect(drawn()).toHaveLength(1);
  });

  it("learns what was done since a place from before this page came", async () => {
    const { server, wire, drawn, show } = withView(1);
    server.push(0, [JSON.stringify({ stepType: "replace", from: 1, to: 1 })], "else");
    show(ben);
    expect(drawn()).toEqual([]);
    await vi.waitFor(() => expect(drawn()).toHaveLength(1));
    expect(wire.learnSteps).toHaveBeenCalledExactlyOnceWith(0);
  });

  it("ends with the view", () => {
    const { view, shown } = withView();
    view.destroy();
    expect(shown.show).toBeNull();
  });
});
