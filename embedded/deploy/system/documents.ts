import type { JSONValue } from "convex/values";
import type { Transaction } from "../../database/types.ts";
import { DeveloperError } from "../../errors.ts";
import type { SystemFunction } from "../../functions/top-call.ts";
import { argumentsOf, list, mutations, optionalText, pageOf, text, texts } from "./arguments.ts";
import { UNDEFINED_PLACEHOLDER } from "./table-filters.ts";

// Half of what a transaction may write, as in Convex.
const MOST_DOCUMENTS = 4096;

const CLEARED_AT_ONCE = 4000;

/** Editing documents by hand (convex-facts c.4). What the schema or a limit refuses changes nothing. */
export function documentFunctions(): Record<string, SystemFunction> {
  return mutations({
    "_system/frontend/addDocument:default": (tx, args, component) => {
      const documents = list(args, "documents");
      if (documents.length > MOST_DOCUMENTS)
        return failure(`Can't import more than ${MOST_DOCUMENTS} documents at once.`);
      return allOrNothing(tx, () => {
        for (const document of documents) tx.insert(component, text(args, "table"), document);
      });
    },
    "_system/frontend/replaceDocument:default": (tx, args, component) => {
      const id = text(args, "id");
      if (tx.get(component, id) === null) return failure("Document does not exist.");
      return allOrNothing(tx, () => tx.replace(component, id, argumentsOf(args)["document"] ?? null));
    },
    "_system/frontend/patchDocumentsFields:default": (tx, args, component) => {
      const table = text(args, "table");
      const patch = patchOf(argumentsOf(argumentsOf(args)["fields"] ?? null));
      const { ids } = argumentsOf(args);
      return allOrNothing(tx, () => {
        const wanted = Array.isArray(ids) ? texts(args, "ids") : allIds(tx, component, table);
        for (const id of wanted) tx.patch(component, id, patch);
      });
    },
    "_system/frontend/deleteDocuments:default": (tx, args, component) => {
      const wanted = list(args, "toDelete");
      if (wanted.length > MOST_DOCUMENTS) {
        return failure(`You can't delete more than ${MOST_DOCUMENTS}. Try selecting fewer documents instead.`);
      }
      return allOrNothing(tx, () => {
        for (const entry of wanted) tx.remove(component, text(entry, "id"));
      });
    },
    // From the oldest on, so that the newest, which a data page shows, stay until the end.
    "_system/frontend/clearTablePage:default": (tx, args, component) => {
      const source = { type: "FullTableScan", tableName: text(args, "tableName"), order: "asc" };
      const paginationOpts = { cursor: optionalText(args, "cursor"), numItems: CLEARED_AT_ONCE };
      const page = pageOf(tx, component, { source, operators: [] }, { paginationOpts });
      for (const { id } of page.page) tx.remove(component, id);
      return { deleted: page.page.length, continueCursor: page.continueCursor, hasMore: !page.isDone };
    },
    "_system/frontend/createTable:default": (tx, args, component) => {
      tx.remove(component, tx.insert(component, text(args, "table"), {}));
      return null;
    },
  });
}

function failure(error: string): JSONValue {
  return { success: false, error };
}

function allOrNothing(tx: Transaction, change: () => void): JSONValue {
  const before = tx.savepoint();
  try {
    change();
    return { success: true };
  } catch (error) {
    if (!(error instanceof DeveloperError)) throw error;
    tx.rollbackTo(before);
    return failure(error.message);
  }
}

function patchOf(fields: Record<string, JSONValue | undefined>): JSONValue {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      name,
      value === UNDEFINED_PLACEHOLDER || value === undefined ? { $undefined: null } : value,
    ]),
  );
}

function allIds(tx: Transaction, component: string, table: string): string[] {
  const stream = tx.openQuery(component, { source: { type: "FullTableScan", tableName: table, order: "asc" }, operators: [] }); // prettier-ignore
  const ids: string[] = [];
  for (let document = stream.next(); document !== null; document = stream.next()) ids.push(document.id);
  return ids;
}
