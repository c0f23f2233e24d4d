import { repairWindows1252 } from "./windows1252";

// Old mail programs write umlauts into headers as they are, and bodies without saying in which charset (RFC 5322 allows
// neither). What is no UTF-8 is then windows-1252 as good as always. Pure.

const CR = 13;
const LF = 10;

/** Index of the first byte of the body; the length when there is no body. */
export function bodyStart(bytes: Uint8Array): number {
  for (let index = 0; index < bytes.length; index++) {
    if (bytes[index] !== LF) continue;
    if (bytes[index + 1] === LF) return index + 2;
    if (bytes[index + 1] === CR && bytes[index + 2] === LF) return index + 3;
  }
  return bytes.length;
}

function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

function toUtf8(bytes: Uint8Array): Uint8Array {
  return new TextEncoder().encode(repairWindows1252(new TextDecoder("windows-1252").decode(bytes)));
}

/** The mail with headers, and a body that names no charset, in UTF-8; the same bytes when nothing needs it. */
export function labelled(bytes: Uint8Array): Uint8Array {
  const start = bodyStart(bytes);
  const head = bytes.subarray(0, start);
  const body = bytes.subarray(start);
  const namesCharset = /^content-type:(?:[^\n]|\n[ \t])*(?:charset|multipart\/|message\/)/im;
  const isHeadFine = isUtf8(head);
  const isBodyFine = namesCharset.test(new TextDecoder("latin1").decode(head)) || isUtf8(body);
  if (isHeadFine && isBodyFine) return bytes;
  const parts = [isHeadFine ? head : toUtf8(head), isBodyFine ? body : toUtf8(body)] as const;
  const whole = new Uint8Array(parts[0].length + parts[1].length);
  whole.set(parts[0]);
  whole.set(parts[1], parts[0].length);
  return whole;
}
