import type { Value } from "convex/values";
import type { Transaction } from "../../../embedded/database/types.ts";

// The tree that @convex-dev/aggregate counts conversations with, built in one go: adding a million one by one would take
// hours. What it looks like is the component's (its btree.ts): up to 16 items a node, at least 8, all leaves at one depth.

const COMPONENT = "threadCounts";
/** Items of a leaf and the one that parts it from the next: between the least and the most, so that later changes fit. */
const ITEMS_PER_LEAF = 13;
const MOST_PER_LEAF = 16;
const NODES_PER_COMMIT = 1_000;

interface Item {
  k: [string[], string, string];
  v: string;
  s: number;
}

interface Node {
  id: string;
  count: number;
}

/** What an open conversation is counted under, as `inbox/model/rows.ts` does. */
export interface Counted {
  id: string;
  assigneeId: string;
  channel: string;
}

/** Runs a change in a transaction of its own. */
export type Write = <T>(change: (tx: Transaction) => T) => Promise<T>;

/** Puts a tree of just these in the place of the organisation's. */
export async function countAll(write: Write, orgId: string, threads: readonly Counted[]): Promise<void> {
  const under = (dimension: string, value: string, id: string): Item => {
    return { k: [["", dimension, "", value, ""], id, ""], v: id, s: 0 };
  };
  const items = threads.flatMap(({ id, assigneeId, channel }) => [
    under("assignee", assigneeId, id),
    under("channel", channel, id),
  ]);
  const order = new Map(items.map((item) => [item, [...item.k[0], item.k[1]].join(" ")]));
  items.sort((a, b) => ((order.get(a) ?? "") < (order.get(b) ?? "") ? -1 : 1));
  const root = await buildTree(write, items);
  await write((tx) => {
    const [tree] = tx.system.rows(COMPONENT, "btree", "by_namespace", [orgId]);
    if (tree === undefined) throw new Error("The organisation has no counts yet");
    tx.patch(COMPONENT, tree.id, { root });
  });
}

/** Writes the nodes, leaves first; gives the id of the root. */
async function buildTree(write: Write, items: readonly Item[]): Promise<string> {
  let level: { items: readonly Item[]; children: Node[] } = { items, children: [] };
  for (;;) {
    const { length } = level.items;
    const parts = length <= MOST_PER_LEAF ? 1 : Math.max(2, Math.floor((length + 1) / ITEMS_PER_LEAF));
    const nodes: Node[] = [];
    const parting: Item[] = [];
    // Items and what lies between them are dealt out as evenly as it goes.
    const edge = (part: number) => Math.round((part * (level.items.length + 1)) / parts);
    for (let from = 0; from < parts; from += NODES_PER_COMMIT) {
      await write((tx) => {
        for (let part = from; part < Math.min(parts, from + NODES_PER_COMMIT); part++) {
          const own = level.items.slice(edge(part), edge(part + 1) - 1);
          const children = level.children.slice(edge(part), edge(part + 1));
          const count = own.length + children.reduce((sum, child) => sum + child.count, 0);
          nodes.push({ id: tx.imports.insert(COMPONENT, "btreeNode", toDocument(own, children, count)), count });
          const next = level.items[edge(part + 1) - 1];
          if (next !== undefined) parting.push(next);
        }
      });
    }
    const [root] = nodes;
    if (root !== undefined && nodes.length === 1) return root.id;
    level = { items: parting, children: nodes };
  }
}

function toDocument(items: readonly Item[], children: readonly Node[], count: number): Record<string, Value> {
  return {
    items: items.map((item) => ({ ...item })),
    subtrees: children.map(({ id }) => id),
    aggregate: { count, sum: 0 },
  };
}
