import type { Contract } from "./contract.ts";
import { errorCases } from "./errors.case.ts";
import { fileCases } from "./files.case.ts";
import { httpCases } from "./http.case.ts";
import { nestingCases } from "./nesting.case.ts";
import { paginationCases } from "./pagination.case.ts";
import { queryCases } from "./queries.case.ts";
import { schedulingCases } from "./scheduling.case.ts";
import { searchCases } from "./search.case.ts";
import { valueCases } from "./values.case.ts";
import { writeCases } from "./writes.case.ts";

/** Every suite of the contract, by the title under which its cases are reported. */
export const SUITES: Record<string, (contract: Contract) => void> = {
  values: valueCases,
  queries: queryCases,
  pagination: paginationCases,
  "documents and ids": writeCases,
  "nested calls": nestingCases,
  scheduling: schedulingCases,
  files: fileCases,
  search: searchCases,
  errors: errorCases,
  "HTTP actions": httpCases,
};
