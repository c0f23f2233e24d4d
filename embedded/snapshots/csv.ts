import type { Value } from "convex/values";
import { DeveloperError } from "../errors.ts";

// As Rust reads floats: a sign, digits around one point, an exponent. Words such as "inf" stay words.
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

/** A cell of an imported CSV file: a float64 where it reads as a number, else the text (Convex docs, "Data import"). */
export function csvValue(cell: string): Value {
  return NUMBER.test(cell) ? Number(cell) : cell;
}

/**
 * The rows of CSV text (RFC 4180; also lines that end in LF alone), each by the names in the first one. Empty lines are
 * skipped. Throws DeveloperError `InvalidCsv`, naming the line.
 */
export async function* csvDocuments(chunks: AsyncIterable<string>): AsyncGenerator<Record<string, Value>> {
  let header: string[] | null = null;
  for await (const { cells, line } of csvRows(chunks)) {
    if (cells.length === 1 && cells[0] === "") continue;
    if (header === null) {
      if (new Set(cells).size !== cells.length) throw invalid(line, "two columns have the same name");
      header = cells;
      continue;
    }
    if (cells.length !== header.length) {
      throw invalid(line, `it has ${cells.length} fields, but the header has ${header.length}`);
    }
    yield Object.fromEntries(header.map((name, at) => [name, csvValue(cells[at] ?? "")]));
  }
}

interface Row {
  cells: string[];
  /** Of its beginning, counted from 1. */
  line: number;
}

async function* csvRows(chunks: AsyncIterable<string>): AsyncGenerator<Row> {
  const parser = new RowParser();
  for await (const chunk of chunks) yield* parser.push(chunk);
  yield* parser.end();
}

class RowParser {
  #cells: string[] = [];
  #cell = "";
  #state: "start" | "plain" | "quoted" | "afterQuote" = "start";
  #line = 1;
  #rowLine = 1;
  #isFirst = true;

  *push(chunk: string): Generator<Row> {
    const text = this.#isFirst ? chunk.replace(/^\ufeff/, "") : chunk;
    if (chunk !== "") this.#isFirst = false;
    for (const char of text) {
      if (char === "\n") this.#line++;
      if (this.#state === "quoted") {
        if (char === '"') this.#state = "afterQuote";
        else this.#cell += char;
      } else if (char === '"') this.#quote();
      else if (char === ",") this.#endCell();
      else if (char === "\n") yield this.#endRow();
      else if (char === "\r") continue;
      else if (this.#state === "afterQuote") throw invalid(this.#rowLine, "text follows a closing quotation mark");
      else {
        this.#cell += char;
        this.#state = "plain";
      }
    }
  }

  *end(): Generator<Row> {
    if (this.#state === "quoted") throw invalid(this.#rowLine, "a quotation mark is never closed");
    if (this.#state !== "start" || this.#cells.length > 0) yield this.#endRow();
  }

  #quote(): void {
    if (this.#state === "plain") {
      this.#cell += '"';
      return;
    }
    // Two in a row inside quotes are one.
    if (this.#state === "afterQuote") this.#cell += '"';
    this.#state = "quoted";
  }

  #endCell(): void {
    this.#cells.push(this.#cell);
    this.#cell = "";
    this.#state = "start";
  }

  #endRow(): Row {
    this.#endCell();
    const row = { cells: this.#cells, line: this.#rowLine };
    this.#cells = [];
    this.#rowLine = this.#line;
    return row;
  }
}

function invalid(line: number, why: string): DeveloperError {
  return new DeveloperError("InvalidCsv", `CSV line ${line} cannot be read: ${why}.`);
}
