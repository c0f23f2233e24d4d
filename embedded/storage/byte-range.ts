/** What a `Range` header asks of a file of `size` bytes; both ends included. */
export type ByteRange = { kind: "whole" } | { kind: "part"; start: number; end: number } | { kind: "unsatisfiable" };

const SINGLE_RANGE = /^bytes=(\d*)-(\d*)$/;

/**
 * Reads a `Range` header (RFC 9110 section 14.1.2). No header or an empty file: the whole file. Several ranges or one
 * beyond the end: unsatisfiable (convex-facts b.4).
 */
export function parseByteRange(header: string | null | undefined, size: number): ByteRange {
  if (header === null || header === undefined || size === 0) return { kind: "whole" };
  const match = SINGLE_RANGE.exec(header.trim().replace(/\s/g, ""));
  const [, first = "", last = ""] = match ?? [];
  if (match === null || (first === "" && last === "")) return { kind: "unsatisfiable" };
  if (first === "") {
    const length = Math.min(Number(last), size);
    return length === 0 ? { kind: "unsatisfiable" } : { kind: "part", start: size - length, end: size - 1 };
  }
  const start = Number(first);
  const end = last === "" ? size - 1 : Math.min(Number(last), size - 1);
  return start >= size || start > end ? { kind: "unsatisfiable" } : { kind: "part", start, end };
}
