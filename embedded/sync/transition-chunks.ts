// Larger Transitions are cut (convex-facts a.9); the browser client reports progress by them.
const CHUNK_BYTES = 5_000_000;

/** Whether a text of that many UTF-16 units is sure to be one frame. */
export function isOneFrame(units: number, clientKnowsChunks: boolean, chunkBytes = CHUNK_BYTES): boolean {
  // A UTF-16 unit is at most three UTF-8 bytes: short texts need no counting.
  return !clientKnowsChunks || units * 3 <= chunkBytes;
}

/**
 * The frames that carry one Transition: itself, or its text in `TransitionChunk` pieces of at most `chunkBytes` UTF-8
 * bytes, cut between characters. Clients before 1.28 do not know chunks.
 */
export function transitionFrames(text: string, clientKnowsChunks: boolean, chunkBytes = CHUNK_BYTES): string[] {
  if (isOneFrame(text.length, clientKnowsChunks, chunkBytes)) return [text];
  const bytes = Buffer.from(text, "utf8");
  if (bytes.length <= chunkBytes) return [text];
  const parts: string[] = [];
  for (let start = 0; start < bytes.length;) {
    const end = characterBoundary(bytes, Math.min(start + chunkBytes, bytes.length), start);
    parts.push(bytes.toString("utf8", start, end));
    start = end;
  }
  return parts.map((chunk, partNumber) =>
    JSON.stringify({
      type: "TransitionChunk",
      chunk,
      partNumber,
      totalParts: parts.length,
      transitionId: String(bytes.length),
    }),
  );
}

function characterBoundary(bytes: Buffer, end: number, start: number): number {
  let boundary = end;
  // 10xxxxxx continues a character.
  while (boundary > start + 1 && boundary < bytes.length && ((bytes[boundary] ?? 0) & 0xc0) === 0x80) boundary--;
  return boundary;
}
