import { readCsv, type ReadCsv } from "../../../convex/contacts/suppressions/csv";
import { decodeText } from "../../lib/decode-text";

/** Reads a suppression list as spreadsheets save it (product.md 2.6 no. 64). */
export function readListFile(bytes: Uint8Array): ReadCsv {
  return readCsv(decodeText(bytes));
}
