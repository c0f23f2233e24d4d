import { expect, it } from "vitest";
import schema from "../../schema";
import { MOVE_PARTS } from "./parts";

it("every table that names a contact is handed over, or stays for a reason", () => {
  const STAY: Record<string, string> = {
    contactAddresses: "moved by the merge itself",
    consents: "append-only; read with the merged contact",
    optInRequests: "proof of what was asked then; an answer counts for the contact it goes on as",
    unsubscribeTokens: "links in mails that left; what they say counts for the contact it goes on as",
    contactImportRows: "what an import did to that row",
    dataRequests: "requests about that contact then",
  };
  const naming = Object.entries(schema.tables)
    .filter(([, table]) => JSON.stringify(table.validator).includes('"tableName":"contacts"'))
    .filter(([, table]) => "contactId" in table.validator.fields)
    .map(([name]) => name);
  const MOVED_WITH = { stepRuns: "enrolments" };
  const known = [...MOVE_PARTS.map(({ name }) => name), ...Object.keys(STAY), ...Object.keys(MOVED_WITH)];
  expect(naming.filter((name) => !known.includes(name))).toEqual([]);
});
