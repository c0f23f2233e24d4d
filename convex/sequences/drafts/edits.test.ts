import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { entrancesOf, exitsOf, nodesById, reachableFrom } from "../flow/edges";
import type { Flow, FlowNode } from "../flow/schema";
import { flowOf, messageNode, named } from "../flow/testing";
import { applyEdits, restoreOf } from "./edits";
import type { Edit, Place } from "./schema";

const FIRST: Place = { from: null, way: "first" };
const NOBODY = { first: null, onCancelled: null, onNoShow: null, nodes: [] };
const insert = (place: Place, ...nodes: FlowNode[]): Edit => ({ kind: "insert", place, nodes });
const branch = (stepId: string, yes: string | null, otherwise: string | null): FlowNode => ({
  ...named(stepId),
  kind: "branch",
  arms: [{ armId: "yes", name: "Yes", condition: { match: "all", groups: [] }, next: yes }],
  otherwise,
});

/** The flow after edits that must be possible. */
function after(flow: Flow, ...edits: Edit[]): Flow {
  const { flow: edited, refusal } = applyEdits(flow, edits);
  expect(refusal).toBeNull();
  return edited!;
}

/** "a>b" for each link, entrances by name. */
function links(flow: Flow): string[] {
  const out = flow.nodes.flatMap((node) => exitsOf(node).map(([way, next]) => `${node.stepId}.${way}>${next ?? "."}`));
  return [`first>${flow.first ?? "."}`, ...out];
}

describe("edits of a draft", () => {
  it("puts a node between a place and what came after it", () => {
    const flow = after(NOBODY, insert(FIRST, messageNode("a", null)), insert(FIRST, messageNode("b", null)));
    expect(links(flow)).toEqual(["first>b", "a.next>.", "b.next>a"]);
  });

  it("lets every arm of a new branch go on as the path did", () => {
    const flow = after(flowOf(messageNode("a", "b"), messageNode("b", null)), {
      ...insert({ from: "a", way: "next" }, branch("x", null, null)),
    } as Edit);
    expect(links(flow)).toEqual(["first>a", "a.next>x", "b.next>.", "x.yes>b", "x.otherwise>b"]);
  });

  it("keeps both of two nodes put at one place by two people", () => {
    const flow = flowOf(messageNode("a", "b"), messageNode("b", null));
    const place = { from: "a", way: "next" };
    const both = after(after(flow, insert(place, messageNode("x", null))), insert(place, messageNode("y", null)));
    expect(links(both)).toEqual(["first>a", "a.next>y", "b.next>.", "x.next>b", "y.next>x"]);
  });

  it("joins the ends where a node is taken out, and takes along what only it led to", () => {
    const flow = flowOf(
      messageNode("a", "x"),
      branch("x", "y", "n"),
      messageNode("y", "z"),
      messageNode("n", "z"),
      messageNode("z", null),
    );
    const edited = after(flow, { kind: "remove", stepIds: ["x"] });
    expect(links(edited)).toEqual(["first>a", "a.next>y", "y.next>z", "z.next>."]);
  });

  it("changes what a node says and not where others made it lead", () => {
    const flow = flowOf(messageNode("a", "b"), messageNode("b", null));
    const renamed: Edit = { kind: "update", node: messageNode("a", "b", { name: "New words" }) };
    const edited = after(after(flow, insert({ from: "a", way: "next" }, messageNode("x", null))), renamed);
    expect(edited.nodes[0]).toMatchObject({ name: "New words", next: "x" });
  });

  it("refuses what is about a node that is gone, and then changes nothing", () => {
    const flow = flowOf(messageNode("a", null));
    const gone: Edit = { kind: "update", node: messageNode("b", null) };
    const edited = applyEdits(flow, [insert(FIRST, messageNode("x", null)), gone]);
    expect(edited).toEqual({ flow: null, refusal: { reason: "gone", stepId: "b" } });
    expect(applyEdits(flow, [insert({ from: "b", way: "next" }, messageNode("x", null))]).refusal?.reason).toBe("gone");
    expect(applyEdits(flow, [insert(FIRST, messageNode("a", null))]).refusal?.reason).toBe("taken");
    expect(applyEdits(flow, [{ kind: "connect", place: FIRST, to: "b" }]).refusal?.reason).toBe("gone");
  });

  it("takes a change back without what others did meanwhile", () => {
    const flow = flowOf(messageNode("a", "b"), messageNode("b", null));
    const mine = after(flow, insert({ from: "a", way: "next" }, messageNode("x", null)));
    const undo = restoreOf(flow, mine)!;
    const theirs = after(mine, insert({ from: "x", way: "next" }, messageNode("y", null)), {
      kind: "update",
      node: messageNode("b", null, { name: "Theirs" }),
    });
    const back = after(theirs, undo);
    expect(links(back)).toEqual(["first>a", "a.next>b", "b.next>.", "y.next>b"]);
    expect(back.nodes.find(({ stepId }) => stepId === "b")?.name).toBe("Theirs");
  });

  it("keeps words that somebody has changed since when taking back", () => {
    const flow = flowOf(messageNode("a", null));
    const mine = after(flow, { kind: "update", node: messageNode("a", null, { name: "Mine" }) });
    const theirs = after(mine, { kind: "update", node: messageNode("a", null, { name: "Theirs" }) });
    expect(after(theirs, restoreOf(flow, mine)!)).toEqual(theirs);
  });

  it("does not mind in which order fields come", () => {
    const node = messageNode("a", null);
    const turned = Object.fromEntries(Object.entries(node).reverse()) as FlowNode;
    expect(restoreOf(flowOf(node), flowOf(turned))).toBeNull();
  });
});

/** Any edit, with ids from a small pool so that edits meet. */
const anyEdit = fc
  .record({
    kind: fc.constantFrom("insert", "branch", "exit", "remove", "connect", "update"),
    at: fc.nat(7),
    to: fc.option(fc.nat(7)),
    way: fc.constantFrom("next", "otherwise", "yes", "first"),
    id: fc.nat(7),
  })
  .map(({ kind, at, to, way, id }): Edit => {
    const place = way === "first" ? FIRST : { from: `n${at}`, way };
    const stepId = `n${id}`;
    if (kind === "insert") return insert(place, messageNode(stepId, null));
    if (kind === "branch") return insert(place, branch(stepId, null, null));
    if (kind === "exit") return insert(place, { ...named(stepId), kind: "exit" });
    if (kind === "remove") return { kind: "remove", stepIds: [stepId] };
    if (kind === "connect") return { kind: "connect", place, to: to === null ? null : `n${to}` };
    return { kind: "update", node: messageNode(stepId, null, { name: `name ${at}` }) };
  });

describe("any edits", () => {
  it("never leave a link to nowhere or an id twice, and refused ones change nothing", () => {
    fc.assert(
      fc.property(fc.array(anyEdit, { maxLength: 30 }), (edits) => {
        let flow: Flow = NOBODY;
        for (const edit of edits) flow = applyEdits(flow, [edit]).flow ?? flow;
        const known = nodesById(flow);
        expect(known.size).toBe(flow.nodes.length);
        for (const node of flow.nodes) {
          for (const [, next] of exitsOf(node)) expect(next === null || known.has(next)).toBe(true);
        }
        for (const id of entrancesOf(flow)) expect(known.has(id)).toBe(true);
      }),
    );
  });

  it("can each be taken back to what was there before", () => {
    fc.assert(
      fc.property(fc.array(anyEdit, { maxLength: 20 }), anyEdit, (edits, last) => {
        let flow: Flow = NOBODY;
        for (const edit of edits) flow = applyEdits(flow, [edit]).flow ?? flow;
        const changed = applyEdits(flow, [last]).flow ?? flow;
        const undo = restoreOf(flow, changed);
        const back = undo === null ? changed : after(changed, undo);
        expect(restoreOf(flow, back)).toBeNull();
      }),
    );
  });

  it("lose nothing that can be reached when a node is put in", () => {
    fc.assert(
      fc.property(fc.array(anyEdit, { maxLength: 20 }), fc.nat(7), (edits, at) => {
        let flow: Flow = NOBODY;
        for (const edit of edits) flow = applyEdits(flow, [edit]).flow ?? flow;
        const { flow: more } = applyEdits(flow, [insert({ from: `n${at}`, way: "next" }, branch("new", null, null))]);
        if (more === null) return;
        const now = reachableFrom(more, entrancesOf(more));
        for (const id of reachableFrom(flow, entrancesOf(flow))) expect(now).toContain(id);
      }),
    );
  });
});
