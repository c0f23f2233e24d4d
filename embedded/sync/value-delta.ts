// Signs that no JSON text has: in one they would stand as \u0002 and \u0003.
const COPY = "\u0002";
const END_OF_COPY = "\u0003";
const [OBJECT, OBJECT_END, ARRAY, STRING, COMMA] = [0x7b, 0x7d, 0x5b, 0x22, 0x2c];
// A copy is told in some ten characters.
const SMALLEST_COPY_CHARS = 24;

/**
 * What makes `next` of `base`, both JSON texts: text as it is, and parts of the base as `U+0002 start,length U+0003`, in
 * UTF-16 units. The texts are compared in pieces: objects, their fields, strings of an array. Rows that moved or stayed are
 * copied, of one that has changed the fields that are new are told. One pass over each text.
 */
export function deltaBetween(base: string, next: string): string {
  const starts = startsOfPieces(base);
  const parts: string[] = [];
  let copyStart = 0;
  let copyLength = 0;
  const endCopy = () => {
    const isWorthIt = copyLength >= SMALLEST_COPY_CHARS;
    if (isWorthIt) parts.push(`${COPY}${copyStart},${copyLength}${END_OF_COPY}`);
    else parts.push(base.slice(copyStart, copyStart + copyLength));
    copyLength = 0;
  };
  for (const piece of piecesOf(next)) {
    if (copyLength > 0 && base.startsWith(piece, copyStart + copyLength)) {
      copyLength += piece.length;
      continue;
    }
    endCopy();
    const start = starts.get(piece);
    if (start === undefined) parts.push(piece);
    else [copyStart, copyLength] = [start, piece.length];
  }
  endCopy();
  return parts.join("");
}

function startsOfPieces(text: string): Map<string, number> {
  const starts = new Map<string, number>();
  let at = 0;
  for (const piece of piecesOf(text)) {
    if (!starts.has(piece)) starts.set(piece, at);
    at += piece.length;
  }
  return starts;
}

function* piecesOf(text: string): Generator<string> {
  let start = 0;
  for (let at = 1; at < text.length; at++) {
    if (!isBoundary(text.charCodeAt(at - 1), text.charCodeAt(at))) continue;
    yield text.slice(start, at);
    start = at;
  }
  if (start < text.length) yield text.slice(start);
}

function isBoundary(before: number, after: number): boolean {
  if (after === OBJECT || before === OBJECT_END) return true;
  return after === STRING && (before === COMMA || before === ARRAY);
}
