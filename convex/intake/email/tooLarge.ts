import { KEPT_HEAD_BYTES } from "../limits";
import type { ParsedEmail } from "./inboundEmail";
import { parseHead } from "./parseRaw";

// Mail that is larger than can be kept: its beginning says who wrote about what, and that is shown.

const FIELDS = ["From", "To", "Cc", "Subject", "Date"] as const;

/** Reads the first bytes of a mail of `sizeBytes`, raw or as Postmark's JSON, which is then no longer JSON. */
export async function parseTooLarge(
  kind: "email_raw" | "email_postmark",
  head: Uint8Array,
  sizeBytes: number,
  fallbackId: string,
): Promise<ParsedEmail> {
  const bytes = kind === "email_raw" ? head : headersOfJson(new TextDecoder().decode(head));
  return await parseHead(bytes, fallbackId, { kind: "too_large", detail: String(sizeBytes) });
}

/** The headers that the beginning of a provider's JSON names, as raw MIME has them. */
export function headersOfJson(json: string): Uint8Array {
  const lines = FIELDS.flatMap((name) => {
    const literal = new RegExp(`"${name}"\\s*:\\s*("(?:[^"\\\\]|\\\\.)*")`).exec(json)?.[1];
    return literal === undefined ? [] : [`${name}: ${stringIn(literal).replace(/\s+/g, " ")}`];
  });
  return new TextEncoder().encode(`${lines.join("\r\n")}\r\n\r\n`);
}

function stringIn(literal: string): string {
  try {
    return String(JSON.parse(literal));
  } catch {
    return "";
  }
}

/** The first bytes of a body that is not read to its end. */
export async function firstBytes(body: ReadableStream<Uint8Array> | null): Promise<Uint8Array> {
  const kept = new Uint8Array(KEPT_HEAD_BYTES);
  let size = 0;
  const reader = body?.getReader();
  while (reader !== undefined && size < kept.length) {
    const { value, done } = await reader.read();
    if (done) break;
    const piece = value.subarray(0, kept.length - size);
    kept.set(piece, size);
    size += piece.length;
  }
  await reader?.cancel();
  return kept.subarray(0, size);
}
