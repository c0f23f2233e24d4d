import { type Node, Slice } from "@tiptap/pm/model";
import { ReplaceStep, Step } from "@tiptap/pm/transform";
import { DOCUMENT_SCHEMA } from "./documentSchema";

// Documents and steps as JSON text, as the designer writes and sends them. Both come from browsers: what does not fit is
// refused as a whole.

/** The document as it is kept; null for text that is none. */
export function readable(document: string): string | null {
  const doc = read(document);
  return doc === null ? null : textOf(doc);
}

/** The document after these steps, in their order; null when one of them cannot be done to it. */
export function applySteps(document: string, steps: readonly string[]): string | null {
  let doc = read(document);
  for (const step of steps) doc = doc === null ? null : applied(doc, step);
  return doc === null || !isWhole(doc) ? null : textOf(doc);
}

/**
 * The steps that make one document of another: none where they are the same. Only blocks that differ are replaced, so that
 * whoever writes elsewhere is not disturbed. Null when one of the two cannot be read.
 */
export function stepsBetween(before: string, after: string): string[] | null {
  const [old, next] = [read(before), read(after)];
  if (old === null || next === null) return null;
  if (old.eq(next)) return [];
  const most = Math.min(old.childCount, next.childCount);
  let start = 0;
  while (start < most && old.child(start).eq(next.child(start))) start++;
  let end = 0;
  while (end < most - start && old.child(old.childCount - 1 - end).eq(next.child(next.childCount - 1 - end))) end++;
  const [from, to] = [sizeOf(old, 0, start), sizeOf(old, 0, old.childCount - end)];
  const content = next.content.cut(sizeOf(next, 0, start), sizeOf(next, 0, next.childCount - end));
  return [JSON.stringify(new ReplaceStep(from, to, new Slice(content, 0, 0)).toJSON())];
}

function sizeOf(doc: Node, from: number, to: number): number {
  let size = 0;
  for (let index = from; index < to; index++) size += doc.child(index).nodeSize;
  return size;
}

function read(document: string): Node | null {
  try {
    const doc = DOCUMENT_SCHEMA.nodeFromJSON(JSON.parse(document));
    return doc.type === DOCUMENT_SCHEMA.topNodeType && isWhole(doc) ? doc : null;
  } catch {
    return null;
  }
}

function applied(doc: Node, step: string): Node | null {
  try {
    return Step.fromJSON(DOCUMENT_SCHEMA, JSON.parse(step)).apply(doc).doc;
  } catch {
    return null;
  }
}

function isWhole(doc: Node): boolean {
  try {
    doc.check();
    return true;
  } catch {
    return false;
  }
}

function textOf(doc: Node): string {
  return JSON.stringify(doc.toJSON());
}
