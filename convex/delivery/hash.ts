const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/** FNV-1a of a text as an unsigned 32-bit number, finished so that similar texts spread well. Not for secrets. */
export function hash32(text: string): number {
  let hash = FNV_OFFSET;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), FNV_PRIME);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** A number in [0, 1) that is always the same for the same seed: jitter that a test can predict. */
export function seededUnit(seed: string): number {
  return hash32(seed) / 2 ** 32;
}

/** How many dispatchers work on one lane side by side. Changing it strands rows of removed shards: only grow it. */
export const SHARD_COUNT = 4;

/** The shard of a contact's messages: all of one person go through one dispatcher, so they keep their order. */
export function shardOf(contactId: string): number {
  return hash32(contactId) % SHARD_COUNT;
}
