import { repairWindows1252 } from "../../convex/intake/email/windows1252";

const UTF8_BOM = [0xef, 0xbb, 0xbf];
const UTF16_LE_BOM = [0xff, 0xfe];
const UTF16_BE_BOM = [0xfe, 0xff];

/** Text of a file: by its byte order mark, else UTF-8 if it is that, else windows-1252 as Excel writes it. */
export function decodeText(bytes: Uint8Array): string {
  const begins = (mark: readonly number[]) => mark.every((byte, at) => bytes[at] === byte);
  if (begins(UTF8_BOM)) return new TextDecoder("utf-8").decode(bytes);
  if (begins(UTF16_LE_BOM)) return new TextDecoder("utf-16le").decode(bytes);
  if (begins(UTF16_BE_BOM)) return new TextDecoder("utf-16be").decode(bytes);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return repairWindows1252(new TextDecoder("windows-1252").decode(bytes));
  }
}
