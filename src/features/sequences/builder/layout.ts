import { exitsOf, nodesById } from "../../../../convex/sequences/flow/edges";
import type { Flow, FlowNode, Phase, Place } from "../../../lib/api-types";
import { joinOf } from "./shape";

// Where everything of a journey stands: downwards in the order of time, arms beside each other, together again below.
// Pure, and without measuring: everything has a size of its own. The list on phones reads the same items.

/** Pixels on the canvas at full size. */
const STEP = { width: 264, height: 76 };
const ENTRANCE = { width: 220, height: 36 };
const ARM = { width: 200, height: 28 };
const END = { width: 28, height: 28 };
/** Between one thing and the next below it: room for the button that adds something. */
const GAP = 56;
/** More where another phase begins, for its name. */
const PHASE_GAP = 30;
const ARM_GAP = 28;
const COLUMN_GAP = 40;

type ItemBase = {
  id: string;
  /** Left upper corner. */
  x: number;
  y: number;
  width: number;
  height: number;
  /** How many branches it lies in. */
  depth: number;
};
export type Item = ItemBase &
  (
    | { kind: "entrance"; way: "first" | "onCancelled" | "onNoShow" | "loose" }
    /** `phase` is told where it begins. */
    | { kind: "step"; node: FlowNode; phase: Phase | null }
    | { kind: "arm"; node: FlowNode; way: string }
    /** Where a path ends, and can go on. */
    | { kind: "end"; place: Place }
  );

/** From one item to another; with a place where something can be put between. */
export type Line = { id: string; from: string; to: string; place: Place | null };

export type Layout = { items: Item[]; lines: Line[] };

/** A part of the picture around its own middle: x = 0. */
type Block = { items: Item[]; left: number; right: number; bottom: number };

export const stepItem = (stepId: string) => `step:${stepId}`;
export const placeKey = ({ from, way }: Place) => `${from ?? ""}/${way}`;

/** The whole picture of a journey: its way in, what starts when the booking falls away, and what hangs in the air. */
export function layoutOf(flow: Flow): Layout {
  const maker = new LayoutMaker(flow);
  const columns: Block[] = [maker.entrance("first")];
  if (flow.nodes.length > 0) columns.push(maker.entrance("onCancelled"), maker.entrance("onNoShow"));
  for (let loose = maker.nextLoose(); loose !== null; loose = maker.nextLoose()) columns.push(maker.loose(loose));
  return { items: beside(columns, COLUMN_GAP * 2).items, lines: maker.lines };
}

/** Blocks next to each other, around the middle of the first of them. */
function beside(blocks: readonly Block[], gap: number): Block {
  const items: Item[] = [];
  let [left, right, bottom] = [0, 0, 0];
  blocks.forEach((block, i) => {
    const shift = i === 0 ? 0 : right + gap - block.left;
    items.push(...block.items.map((item) => ({ ...item, x: item.x + shift })));
    if (i === 0) left = block.left;
    right = block.right + shift;
    bottom = Math.max(bottom, block.bottom);
  });
  return { items, left, right, bottom };
}

/** The same around the middle of all of them. */
function centred(block: Block): Block {
  const shift = -(block.left + block.right) / 2;
  const items = block.items.map((item) => ({ ...item, x: item.x + shift }));
  return { ...block, items, left: block.left + shift, right: block.right + shift };
}

type Way = {
  source: string;
  place: Place | null;
  target: string | null;
  y: number;
  depth: number;
  phase: Phase | null;
};

class LayoutMaker {
  readonly lines: Line[] = [];
  private readonly placed = new Set<string>();
  private readonly nodes: ReadonlyMap<string, FlowNode>;

  constructor(private readonly flow: Flow) {
    this.nodes = nodesById(flow);
  }

  entrance(way: "first" | "onCancelled" | "onNoShow"): Block {
    return this.column(way, `entrance:${way}`, { from: null, way }, this.flow[way]);
  }

  loose(stepId: string): Block {
    return this.column("loose", `loose:${stepId}`, null, stepId);
  }

  /** The next node that nothing drawn leads to: one that no other such node leads to, else any. */
  nextLoose(): string | null {
    const left = this.flow.nodes.filter(({ stepId }) => !this.placed.has(stepId));
    const led = new Set(left.flatMap((node) => exitsOf(node).map(([, next]) => next)));
    return (left.find(({ stepId }) => !led.has(stepId)) ?? left[0])?.stepId ?? null;
  }

  private column(
    way: Extract<Item, { kind: "entrance" }>["way"],
    id: string,
    place: Place | null,
    first: string | null,
  ) {
    const item: Item = { id, kind: "entrance", way, ...at(ENTRANCE, 0), depth: 0 };
    const path = { source: id, place, target: first, y: ENTRANCE.height, depth: 0, phase: null };
    const block = this.chain(path, new Set());
    return { ...block, items: [item, ...block.items] };
  }

  /** Downwards from one item until the path ends, or comes to one of `stops` or to what is drawn already. */
  private chain(start: Way, stops: ReadonlySet<string>): Block {
    const block: Block = { items: [], left: -STEP.width / 2, right: STEP.width / 2, bottom: start.y };
    let way: Way | null = start;
    while (way !== null) way = this.step(block, way, stops);
    return block;
  }

  private step(block: Block, way: Way, stops: ReadonlySet<string>): Way | null {
    const { source, place, target, depth } = way;
    const node = target === null ? undefined : this.nodes.get(target);
    if (node === undefined) {
      if (place !== null) this.end(block, way, place);
      return null;
    }
    this.line(source, stepItem(node.stepId), place);
    if (stops.has(node.stepId) || this.placed.has(node.stepId)) return null;
    this.placed.add(node.stepId);
    const phase = node.phase === way.phase ? null : node.phase;
    const y = way.y + GAP + (phase === null ? 0 : PHASE_GAP);
    const id = stepItem(node.stepId);
    block.items.push({ id, kind: "step", node, phase, ...at(STEP, y), depth });
    block.bottom = y + STEP.height;
    return this.onwards(block, node, depth, stops);
  }

  private onwards(block: Block, node: FlowNode, depth: number, stops: ReadonlySet<string>): Way | null {
    const id = stepItem(node.stepId);
    const exits = exitsOf(node);
    const [only] = exits;
    if (only === undefined) return null;
    const { phase } = node;
    if (exits.length === 1) {
      const place = { from: node.stepId, way: only[0] };
      return { source: id, place, target: only[1], y: block.bottom, depth, phase };
    }
    const join = joinOf(this.flow, node);
    const inner = join === null ? stops : new Set([...stops, join]);
    const y = block.bottom + ARM_GAP;
    const arms = exits.map(([way, next]) => this.arm(node, way, next, y, depth + 1, inner));
    const all = centred(beside(arms, COLUMN_GAP));
    block.items.push(...all.items);
    block.left = Math.min(block.left, all.left);
    block.right = Math.max(block.right, all.right);
    block.bottom = all.bottom;
    if (join === null || stops.has(join) || this.placed.has(join)) return null;
    return this.joined(block, join, depth, phase, stops);
  }

  /** Below the arms, where they meet: their lines are drawn already. */
  private joined(block: Block, join: string, depth: number, before: Phase, stops: ReadonlySet<string>): Way | null {
    const node = this.nodes.get(join);
    if (node === undefined) return null;
    this.placed.add(join);
    const phase = node.phase === before ? null : node.phase;
    const y = block.bottom + GAP + (phase === null ? 0 : PHASE_GAP);
    block.items.push({ id: stepItem(join), kind: "step", node, phase, ...at(STEP, y), depth });
    block.bottom = y + STEP.height;
    return this.onwards(block, node, depth, stops);
  }

  private arm(node: FlowNode, way: string, next: string | null, y: number, depth: number, stops: ReadonlySet<string>) {
    const id = `arm:${node.stepId}/${way}`;
    const item: Item = { id, kind: "arm", node, way, ...at(ARM, y), depth };
    this.line(stepItem(node.stepId), id, null);
    const place = { from: node.stepId, way };
    const path = { source: id, place, target: next, y: y + ARM.height, depth, phase: node.phase };
    const block = this.chain(path, stops);
    return { ...block, items: [item, ...block.items] };
  }

  private end(block: Block, { source, y, depth }: Way, place: Place): void {
    const id = `end:${placeKey(place)}`;
    const top = y + GAP / 2;
    block.items.push({ id, kind: "end", place, ...at(END, top), depth });
    block.bottom = top + END.height;
    this.line(source, id, null);
  }

  private line(from: string, to: string, place: Place | null): void {
    this.lines.push({ id: `${from}>${to}`, from, to, place });
  }
}

/** In the middle of its column. */
function at({ width, height }: { width: number; height: number }, y: number) {
  return { x: -width / 2, y, width, height };
}

/** Around the picture, in pixels of the screen. */
const MARGIN = 40;
/** Smaller, nothing can be read. */
const LEAST_ZOOM = 0.6;

/** How the picture lies when it is opened: all of it in the middle where that can be read, else from its beginning. */
export function openingView({ items }: Layout, pane: { width: number; height: number }) {
  const [left, top] = [Math.min(...items.map(({ x }) => x)), Math.min(...items.map(({ y }) => y))];
  const width = Math.max(...items.map((item) => item.x + item.width)) - left;
  const height = Math.max(...items.map((item) => item.y + item.height)) - top;
  const fitting = Math.min((pane.width - 2 * MARGIN) / width, (pane.height - 2 * MARGIN) / height);
  const zoom = Math.min(1, Math.max(LEAST_ZOOM, fitting));
  const before = (room: number, size: number) => Math.max(MARGIN, (room - size * zoom) / 2);
  return { x: before(pane.width, width) - left * zoom, y: before(pane.height, height) - top * zoom, zoom };
}

export type Direction = "up" | "down" | "left" | "right";

/** The item an arrow key leads to: along the lines, or to what stands beside. Null where there is none. */
export function neighbourOf({ items, lines }: Layout, id: string, direction: Direction): string | null {
  if (direction === "down") return lines.find(({ from }) => from === id)?.to ?? null;
  if (direction === "up") return lines.find(({ to }) => to === id)?.from ?? null;
  const here = items.find((item) => item.id === id);
  if (here === undefined) return null;
  const middle = (item: Item) => ({ x: item.x + item.width / 2, y: item.y + item.height / 2 });
  const own = middle(here);
  const sign = direction === "left" ? -1 : 1;
  const found = items
    .map((item) => ({ id: item.id, dx: (middle(item).x - own.x) * sign, dy: Math.abs(middle(item).y - own.y) }))
    .filter(({ dx, dy }) => dx > 1 && dy <= STEP.height)
    .sort((a, b) => a.dx - b.dx || a.dy - b.dy);
  return found[0]?.id ?? null;
}

/** Where something is put after an item: where the path goes on from it. Null where it does not, or in several ways. */
export function placeAfter(item: Item): Place | null {
  switch (item.kind) {
    case "entrance":
      return item.way === "loose" ? null : { from: null, way: item.way };
    case "arm":
      return { from: item.node.stepId, way: item.way };
    case "end":
      return item.place;
    case "step": {
      const [first] = exitsOf(item.node);
      return first === undefined ? null : { from: item.node.stepId, way: first[0] };
    }
  }
}
