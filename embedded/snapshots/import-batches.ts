import { getConvexSize, type Value } from "convex/values";
import type { Clock } from "../clock.ts";
import type { Slices } from "../slices.ts";
import { nextFloat } from "../value/float.ts";

// What is written at once: a fraction of a slice, however large the documents are.
const BATCH_DOCUMENTS = 50;
const BATCH_BYTES = 256 * 1024;

/**
 * The documents after the first `skip` in small batches. Those without a creation time get one, each later than the one
 * before, so that they keep their order.
 */
export async function* batches(
  documents: AsyncIterable<Record<string, Value>>,
  skip: number,
  slices: Slices,
  clock: Pick<Clock, "nowMs">,
): AsyncGenerator<Record<string, Value>[]> {
  let left = skip;
  let batch: Record<string, Value>[] = [];
  let bytes = 0;
  let createdMs = 0;
  for await (const document of documents) {
    const isTimed = document["_creationTime"] !== undefined;
    if (!isTimed) createdMs = Math.max(clock.nowMs(), nextFloat(createdMs));
    if (left > 0) {
      left--;
      if (!slices.mayGoOn()) await slices.pause();
      continue;
    }
    batch.push(isTimed ? document : { ...document, _creationTime: createdMs });
    bytes += getConvexSize(document);
    if (batch.length < BATCH_DOCUMENTS && bytes < BATCH_BYTES) continue;
    yield batch;
    batch = [];
    bytes = 0;
  }
  if (batch.length > 0) yield batch;
}
