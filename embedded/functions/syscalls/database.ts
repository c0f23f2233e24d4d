import type { JSONValue } from "convex/values";
import type { QueryStream, StoredDocument } from "../../database/types.ts";
import { DeveloperError } from "../../errors.ts";
import { QUERY_START } from "../realm/protocol.ts";
import type { Frame } from "../run.ts";
import { checkCallLimits } from "../transaction-limits.ts";
import { ArgumentReader, queryRefusal } from "./arguments.ts";
import type { SyscallArgs } from "./arguments.ts";
import type { Syscall, SyncSyscall } from "./syscall.ts";

const PAGINATION_IN_COMPONENT =
  "paginate() is only supported in the app. " + "Learn more at https://docs.convex.dev/components/authoring#pagination";

const SECOND_PAGINATION =
  "This query or mutation function ran multiple paginated queries. " +
  "Convex only supports a single paginated query in each function.";

// Convex answers with the document (convex-facts d.3), which the library reads and throws away: a third of a write's cost.
const WRITTEN = "null";

/**
 * `first`, `unique` and most uses of `take`: the library reads these to their end, so the rows come with the start of the
 * query, where each row, the end and letting go took a call. More rows at once would hold up the event loop.
 */
const MOST_ROWS_AT_ONCE = 64;

const NO_MORE_ROWS = '{"value":null,"done":true}';

/** The text of documents that the function gets, with commas between them. */
function handOver(frame: Frame, documents: readonly StoredDocument[]): string {
  const text = documents.map((document) => document.json).join(",");
  // What a mutation reads may be its own and not complete yet.
  if (frame.run.kind === "Query" && documents.length > 0) frame.known.add(text, documents);
  return text;
}

function requireWritable(frame: Frame, call: string): void {
  if (frame.udfType !== "Mutation") {
    throw new DeveloperError("ReadOnlyFunction", `\`${call}\` can't be used in a query: queries are read-only.`);
  }
}

/** Answers the number of the query and, a line each, its rows and their end where they are few. */
function openStream(frame: Frame, args: SyscallArgs): string {
  const queryId = frame.streams.size + 1;
  const query = new ArgumentReader(args, "queryStream").value("query");
  let stream: QueryStream;
  try {
    stream = frame.tx.openQuery(frame.namespace, query);
  } catch (thrown) {
    throw queryRefusal(thrown, "queryStream");
  }
  frame.streams.set(queryId, stream);
  const started = JSON.stringify({ queryId });
  // Rows are read when their turn comes: after what goes on in a nested call, and not in a stretch that is long already.
  const mustWait = frame.blockedBy !== null || frame.run.budget.shouldYield();
  return mustWait || stream.mostRows > MOST_ROWS_AT_ONCE ? started : started + allRows(frame, stream);
}

function allRows(frame: Frame, stream: QueryStream): string {
  let rows = "";
  for (let row = ""; row !== NO_MORE_ROWS; rows += `\n${row}`) row = rowOf(frame, stream.next());
  stream.close();
  for (const limits of frame.limits) checkCallLimits(frame.tx, limits);
  return rows;
}

function nextOfStream(frame: Frame, args: SyscallArgs): string {
  const stream = frame.streams.get(new ArgumentReader(args, "queryStreamNext").number("queryId"));
  if (stream === undefined) throw new DeveloperError("QueryNotFound", "Can't continue a query that was never started");
  return rowOf(frame, stream.next());
}

function rowOf(frame: Frame, document: StoredDocument | null): string {
  return document === null ? NO_MORE_ROWS : `{"value":${handOver(frame, [document])},"done":false}`;
}

function closeStream(frame: Frame, args: SyscallArgs): string {
  const stream = frame.streams.get(new ArgumentReader(args, "queryCleanup").number("queryId"));
  stream?.close();
  return stream === undefined ? "false" : "true";
}

function queryPage(frame: Frame, args: SyscallArgs): string {
  if (frame.namespace !== "") throw new DeveloperError("PaginationUnsupportedInComponents", PAGINATION_IN_COMPONENT);
  if (frame.hasPaginated) throw new DeveloperError("MultiplePaginatedDatabaseQueries", SECOND_PAGINATION);
  frame.hasPaginated = true;
  const { run } = frame;
  const reader = new ArgumentReader(args, "queryPage");
  const isTop = frame.depth === 0;
  const request = {
    query: reader.value("query"),
    cursor: reader.optionalString("cursor") ?? null,
    endCursor: reader.optionalString("endCursor") ?? (isTop ? run.journal : null),
    pageSize: reader.number("pageSize"),
    maximumRowsRead: reader.optionalNumber("maximumRowsRead"),
    maximumBytesRead: reader.optionalNumber("maximumBytesRead"),
  };
  let page;
  try {
    page = frame.tx.paginate(frame.namespace, request);
  } catch (thrown) {
    throw queryRefusal(thrown, "queryPage");
  }
  if (isTop) run.nextJournal = page.continueCursor;
  const { isDone, continueCursor, splitCursor, pageStatus } = page;
  const rest = JSON.stringify({ isDone, continueCursor, splitCursor, pageStatus });
  return `{"page":[${handOver(frame, page.page)}],${rest.slice(1)}`;
}

function insert(frame: Frame, args: SyscallArgs): string {
  requireWritable(frame, "db.insert");
  const reader = new ArgumentReader(args, "db.insert");
  return JSON.stringify({ _id: frame.tx.insert(frame.namespace, reader.string("table"), reader.object("value")) });
}

function patch(frame: Frame, args: SyscallArgs): string {
  requireWritable(frame, "db.patch");
  const reader = new ArgumentReader(args, "db.patch");
  const value: JSONValue = reader.object("value");
  frame.tx.patch(frame.namespace, reader.string("id"), value, reader.optionalString("table"));
  return WRITTEN;
}

function replace(frame: Frame, args: SyscallArgs): string {
  requireWritable(frame, "db.replace");
  const reader = new ArgumentReader(args, "db.replace");
  const value: JSONValue = reader.object("value");
  frame.tx.replace(frame.namespace, reader.string("id"), value, reader.optionalString("table"));
  return WRITTEN;
}

function remove(frame: Frame, args: SyscallArgs): string {
  requireWritable(frame, "db.delete");
  const reader = new ArgumentReader(args, "db.delete");
  frame.tx.remove(frame.namespace, reader.string("id"), reader.optionalString("table"));
  return WRITTEN;
}

export const DATABASE_SYNC_SYSCALLS: Record<string, SyncSyscall> = {
  [QUERY_START]: openStream,
  "1.0/queryCleanup": closeStream,
  "1.0/db/normalizeId": (frame, args) => {
    const reader = new ArgumentReader(args, "db.normalizeId");
    const id = frame.tx.normalizeId(frame.namespace, reader.string("table"), reader.string("idString"));
    return JSON.stringify({ id });
  },
};

export const DATABASE_SYSCALLS: Record<string, Syscall> = {
  "1.0/get": (frame, args) => {
    const reader = new ArgumentReader(args, "db.get");
    const options = { table: reader.optionalString("table"), isSystem: reader.boolean("isSystem") };
    const document = frame.tx.get(frame.namespace, reader.string("id"), options);
    return document === null ? "null" : handOver(frame, [document]);
  },
  "1.0/queryStreamNext": nextOfStream,
  "1.0/queryPage": queryPage,
  "1.0/count": (frame, args) =>
    String(frame.tx.count(frame.namespace, new ArgumentReader(args, "db.count").string("table"))),
  "1.0/insert": insert,
  "1.0/shallowMerge": patch,
  "1.0/replace": replace,
  "1.0/remove": remove,
};
