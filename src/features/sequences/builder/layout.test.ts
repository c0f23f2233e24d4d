import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { applyEdits } from "../../../../convex/sequences/drafts/edits";
import { flowOf, messageNode, named } from "../../../../convex/sequences/flow/testing";
import type { Edit, Flow, FlowNode } from "../../../lib/api-types";
import { type Item, layoutOf, neighbourOf, openingView, placeAfter } from "./layout";
import { copied, fragmentOf, joinOf } from "./shape";

const branch = (stepId: string, yes: string | null, otherwise: string | null): FlowNode => ({
  ...named(stepId),
  kind: "branch",
  arms: [{ armId: "yes", name: "Yes", condition: { match: "all", groups: [] }, next: yes }],
  otherwise,
});
const NOTHING: Flow = { first: null, onCancelled: null, onNoShow: null, nodes: [] };
const JOINED = flowOf(
  messageNode("a", "b"),
  branch("b", "y", "n"),
  messageNode("y", "z"),
  messageNode("n", "z"),
  messageNode("z", null),
);

describe("the picture of a journey", () => {
  it("is a way in and an end to add to when there is nothing", () => {
    expect(layoutOf(NOTHING).items.map(({ id }) => id)).toEqual(["entrance:first", "end:/first"]);
  });

  it("stands in the order of the path, arms in their branch and what follows below both", () => {
    const { items } = layoutOf(JOINED);
    expect(items.slice(0, 8).map(({ id, depth }) => `${id} ${depth}`)).toEqual([
      "entrance:first 0",
      "step:a 0",
      "step:b 0",
      "arm:b/yes 1",
      "step:y 1",
      "arm:b/otherwise 1",
      "step:n 1",
      "step:z 0",
    ]);
    const y = (id: string) => items.find((item) => item.id === id)!.y;
    expect(y("step:y")).toBe(y("step:n"));
    expect(y("step:z")).toBeGreaterThan(y("step:n"));
  });

  it("keeps what nothing leads to in sight", () => {
    const flow = { ...flowOf(messageNode("a", null), messageNode("l", "m"), messageNode("m", null)) };
    const ids = layoutOf(flow).items.map(({ id }) => id);
    expect(ids).toEqual(expect.arrayContaining(["loose:l", "step:l", "step:m"]));
  });

  it("leads arrow keys along the lines and across arms", () => {
    const layout = layoutOf(JOINED);
    expect(neighbourOf(layout, "step:a", "down")).toBe("step:b");
    expect(neighbourOf(layout, "step:z", "up")).toBe("step:y");
    expect(neighbourOf(layout, "step:y", "right")).toBe("step:n");
    expect(neighbourOf(layout, "step:n", "left")).toBe("step:y");
    expect(neighbourOf(layout, "entrance:first", "up")).toBeNull();
  });

  it("knows where something is added after an item", () => {
    const byId = new Map(layoutOf(JOINED).items.map((item) => [item.id, item]));
    expect(placeAfter(byId.get("entrance:first")!)).toEqual({ from: null, way: "first" });
    expect(placeAfter(byId.get("arm:b/yes")!)).toEqual({ from: "b", way: "yes" });
    expect(placeAfter(byId.get("step:a")!)).toEqual({ from: "a", way: "next" });
  });

  it("shows every node of any journey once, none over another, and ends for circles too", () => {
    const edit = fc.record({ at: fc.nat(9), to: fc.nat(9), kind: fc.constantFrom("say", "branch", "connect") });
    fc.assert(
      fc.property(fc.array(edit, { maxLength: 25 }), (edits) => {
        let flow = NOTHING;
        edits.forEach(({ at, to, kind }, i) => {
          const place = flow.nodes.length === 0 ? { from: null, way: "first" } : placeOf(flow, at);
          const node = kind === "branch" ? branch(`n${i}`, null, null) : messageNode(`n${i}`, null);
          const next: Edit =
            kind === "connect"
              ? { kind: "connect", place, to: flow.nodes[to]?.stepId ?? null }
              : { kind: "insert", place, nodes: [node] };
          flow = applyEdits(flow, [next]).flow ?? flow;
        });
        const { items, lines } = layoutOf(flow);
        const steps = items.flatMap((item) => (item.kind === "step" ? [item.node.stepId] : []));
        expect([...steps].sort()).toEqual(flow.nodes.map(({ stepId }) => stepId).sort());
        for (const [i, a] of items.entries()) {
          for (const b of items.slice(i + 1)) expect(overlaps(a, b) && `${a.id} ${b.id}`).toBe(false);
        }
        const ids = new Set(items.map(({ id }) => id));
        for (const { from, to } of lines) expect(ids.has(from) && ids.has(to)).toBe(true);
      }),
      { numRuns: 100 },
    );
  });
});

function placeOf(flow: Flow, at: number) {
  const node = flow.nodes[at % flow.nodes.length]!;
  return { from: node.stepId, way: node.kind === "branch" ? (at % 2 === 0 ? "yes" : "otherwise") : "next" };
}

type Box = { x: number; y: number; width: number; height: number };
function overlaps(a: Box, b: Box): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

describe("how it lies when it is opened", () => {
  const place = { from: null, way: "first" };
  const at = (x: number, y: number): Item => ({
    id: `${x}/${y}`,
    kind: "end",
    place,
    x,
    y,
    width: 100,
    height: 40,
    depth: 0,
  });

  it("shows all of what fits, in the middle and no larger than it is", () => {
    const view = openingView({ items: [at(-50, 0), at(-50, 360)], lines: [] }, { width: 1000, height: 800 });
    expect(view).toEqual({ x: 500, y: 200, zoom: 1 });
  });

  it("begins at the beginning of what could not be read whole", () => {
    const view = openingView({ items: [at(-50, 0), at(2950, 4960)], lines: [] }, { width: 1000, height: 800 });
    expect(view).toEqual({ x: 70, y: 40, zoom: 0.6 });
  });
});

describe("what belongs together", () => {
  it("meets where all arms come to first", () => {
    const byId = (id: string) => JOINED.nodes.find(({ stepId }) => stepId === id)!;
    expect(joinOf(JOINED, byId("b"))).toBe("z");
    expect(joinOf(JOINED, byId("a"))).toBeNull();
  });

  it("is copied with its arms under new ids, open where they met", () => {
    const fragment = fragmentOf(JOINED, "b");
    expect(fragment.map(({ stepId }) => stepId)).toEqual(["b", "y", "n"].sort((a, b) => ids(fragment, a, b)));
    let next = 0;
    const copy = copied(fragment, () => `c${next++}`);
    const [head] = copy;
    expect(head?.stepId).toBe("c0");
    expect(copy.filter(({ kind }) => kind === "message").every((node) => "next" in node && node.next === null)).toBe(
      true,
    );
    expect(fragmentOf(JOINED, "a")).toHaveLength(1);
  });

  it("asks the copy of a message, not the message", () => {
    const asks: FlowNode = {
      ...named("w"),
      kind: "wait_for",
      awaited: { kind: "outcome", stepId: "m", outcome: "opened" },
      timeoutMinutes: 60,
      next: null,
      otherwise: null,
    };
    const names = ["x", "y"];
    const [, copy] = copied([messageNode("m", "w"), asks], () => names.shift()!);
    expect(copy).toMatchObject({ stepId: "y", awaited: { stepId: "x" } });
  });
});

function ids(nodes: readonly FlowNode[], a: string, b: string): number {
  const at = (id: string) => nodes.findIndex(({ stepId }) => stepId === id);
  return at(a) - at(b);
}
