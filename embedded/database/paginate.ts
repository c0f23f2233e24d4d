import { DeveloperError } from "../errors.ts";
import { fingerprintOf, type CursorCodec, type Position } from "./cursor.ts";
import { parseQuery, type QueryPlan } from "./query-plan.ts";
import { QueryRun, type Window } from "./query-run.ts";
import type { ScannedRow } from "./scan.ts";
import type { TxCore } from "./tx-core.ts";
import type { Namespace, Page, PageRequest, StoredDocument } from "./types.ts";

// convex-facts e.5.
const MAX_PAGE_SIZE = 32_000;
// What a function may read at all.
const MOST_ROWS = 32_000;
const MOST_BYTES = 16 << 20;
const SPLIT_ABOVE_DOCUMENTS = 6_144;
const SPLIT_ABOVE_SHARE = 0.75;
// A page of two documents is not worth splitting.
const SMALLEST_SPLIT = 3;

interface ReadRows {
  page: StoredDocument[];
  /** Every row read, also those the filters dropped. */
  rows: ScannedRow[];
  bytes: number;
  isExhausted: boolean;
  /** A maximum ended the page before it was full. */
  isCut: boolean;
}

/** `1.0/queryPage` (convex-facts e.5). Throws DeveloperError. */
export function paginate(core: TxCore, cursors: CursorCodec, ns: Namespace, request: PageRequest): Page {
  checkRequest(request);
  const plan = parseQuery(request.query);
  const fingerprint = fingerprintOf([ns, plan.fingerprint, indexFieldsOf(core, ns, plan)]);
  const start = request.cursor === null ? null : cursors.decode(request.cursor, fingerprint);
  const end = request.endCursor === null ? null : cursors.decode(request.endCursor, fingerprint);
  const encode = (position: Position) => cursors.encode(position, fingerprint);
  if (start?.kind === "end") {
    return { page: [], isDone: true, continueCursor: encode(start), splitCursor: null, pageStatus: null };
  }
  const window: Window = { after: start?.key ?? null, until: end?.kind === "after" ? end.key : null };
  const read = readRows(core, ns, plan, window, request, end !== null);
  const position = endPosition(read, start, end);
  const middle = read.rows[Math.floor(read.rows.length / 2)];
  const isSplittable = read.rows.length >= SMALLEST_SPLIT && middle !== undefined;
  return {
    page: read.page,
    isDone: position.kind === "end",
    continueCursor: encode(position),
    splitCursor: isSplittable ? encode({ kind: "after", key: middle.key }) : null,
    pageStatus: statusOf(read, request),
  };
}

function readRows(
  core: TxCore,
  ns: Namespace,
  plan: QueryPlan,
  window: Window,
  request: PageRequest,
  hasEnd: boolean,
): ReadRows {
  const run = new QueryRun(core, ns, plan, window, plan.operators.length === 0 ? request.pageSize : null);
  const read: ReadRows = { page: [], rows: [], bytes: 0, isExhausted: false, isCut: false };
  for (;;) {
    // With an end cursor the page is what lies before it, however many rows that are.
    if (!hasEnd && read.page.length >= request.pageSize) break;
    if (!hasEnd && isAtMaximum(read, request)) {
      read.isCut = true;
      break;
    }
    const row = run.nextRow();
    if (row === null) {
      read.isExhausted = true;
      break;
    }
    read.bytes += row.doc.size;
    read.rows.push(row);
    if (run.accepts(row)) read.page.push(row.doc);
  }
  return read;
}

function isAtMaximum(read: ReadRows, request: PageRequest): boolean {
  return (
    read.rows.length >= (request.maximumRowsRead ?? Infinity) || read.bytes >= (request.maximumBytesRead ?? Infinity)
  );
}

function statusOf(read: ReadRows, request: PageRequest): Page["pageStatus"] {
  if (read.isCut) return "SplitRequired";
  const isLarge =
    read.page.length > SPLIT_ABOVE_DOCUMENTS ||
    read.rows.length > splitAbove(request.maximumRowsRead, MOST_ROWS) ||
    read.bytes > splitAbove(request.maximumBytesRead, MOST_BYTES);
  return isLarge ? "SplitRecommended" : null;
}

function splitAbove(maximum: number | null | undefined, most: number): number {
  return Math.floor(SPLIT_ABOVE_SHARE * Math.min(maximum ?? most, most));
}

function endPosition(read: ReadRows, start: Position | null, end: Position | null): Position {
  if (end !== null) return end;
  if (read.isExhausted) return { kind: "end" };
  const last = read.rows.at(-1);
  if (last !== undefined) return { kind: "after", key: last.key };
  return start ?? { kind: "end" };
}

function indexFieldsOf(core: TxCore, ns: Namespace, { source }: QueryPlan): readonly string[] {
  if (source.kind !== "range") return [];
  return core.table(ns, source.table)?.indexes.get(source.index)?.fields ?? [];
}

function checkRequest(request: PageRequest): void {
  if (!(request.pageSize >= 1)) {
    throw new DeveloperError("NoDocumentsForPagination", "Must request at least 1 document while paginating");
  }
  if (request.pageSize > MAX_PAGE_SIZE) {
    throw new DeveloperError("PageSizeTooLarge", `Requested too many items: ${request.pageSize}`);
  }
  if (request.maximumRowsRead === 0 || request.maximumBytesRead === 0) {
    throw new DeveloperError("InvalidPaginationLimit", "maximumRowsRead and maximumBytesRead must be greater than 0");
  }
}
