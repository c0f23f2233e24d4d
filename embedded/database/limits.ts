import { DeveloperError } from "../errors.ts";
import { MAX_DOCUMENT_NESTING } from "../value/document.ts";

// convex-facts f.1.
const MAX_DOCUMENTS_READ = 32_000;
const MAX_BYTES_READ = 16 << 20;
const MAX_INTERVALS = 4_096;
const MAX_DOCUMENTS_WRITTEN = 16_000;
const MAX_BYTES_WRITTEN = 16 << 20;
const MAX_FUNCTIONS_SCHEDULED = 1_000;
const MAX_SCHEDULED_ARGS_BYTES = 16 << 20;

const MAX_DOCUMENT_BYTES = 1 << 20;

// A run that used more than this share of a limit is warned (convex-facts f.1).
const WARNING_SHARE = 0.8;

const READ_ADVICE =
  "Consider using smaller limits in your queries, paginating your queries, or using indexed queries with a selective index range expressions.";

/** What one transaction has used, sub-transactions included. Each method throws when its limit is crossed. */
export class Usage {
  documentsRead = 0;
  bytesRead = 0;
  intervals = 0;
  documentsWritten = 0;
  bytesWritten = 0;
  functionsScheduled = 0;
  scheduledArgsBytes = 0;
  /** Warnings about single documents. */
  readonly #documents: string[] = [];

  addInterval(): void {
    this.intervals++;
    if (this.intervals > MAX_INTERVALS) {
      throw new DeveloperError(
        "TooManyReads",
        `Too many reads in a single function execution (limit: ${MAX_INTERVALS}). ${READ_ADVICE}`,
      );
    }
  }

  addRead(bytes: number): void {
    this.documentsRead++;
    this.bytesRead += bytes;
    if (this.documentsRead > MAX_DOCUMENTS_READ) {
      throw new DeveloperError(
        "TooManyDocumentsRead",
        `Too many documents read in a single function execution (limit: ${MAX_DOCUMENTS_READ}). ${READ_ADVICE}`,
      );
    }
    if (this.bytesRead > MAX_BYTES_READ) {
      throw new DeveloperError(
        "TooManyBytesRead",
        `Too many bytes read in a single function execution (limit: ${MAX_BYTES_READ} bytes). ${READ_ADVICE}`,
      );
    }
  }

  addWrite(bytes: number): void {
    this.documentsWritten++;
    this.bytesWritten += bytes;
    if (this.documentsWritten > MAX_DOCUMENTS_WRITTEN) {
      throw new DeveloperError(
        "TooManyWrites",
        `Too many writes in a single function execution (limit: ${MAX_DOCUMENTS_WRITTEN})`,
      );
    }
    if (this.bytesWritten > MAX_BYTES_WRITTEN) {
      throw new DeveloperError(
        "TooManyBytesWritten",
        "Too many bytes written in a single function execution (limit: 16 MiB)",
      );
    }
  }

  /** Notes a written document that comes near the limits of size and nesting. */
  noteDocument(id: () => string, bytes: number, nesting: number): void {
    if (bytes > WARNING_SHARE * MAX_DOCUMENT_BYTES) {
      const sizes = `(actual: ${bytes} bytes, limit: ${MAX_DOCUMENT_BYTES} bytes)`;
      this.#documents.push(`Large document written with ID ${id()} ${sizes}.`);
    }
    if (nesting > WARNING_SHARE * MAX_DOCUMENT_NESTING) {
      const levels = `(actual: ${nesting} levels, limit: ${MAX_DOCUMENT_NESTING} levels)`;
      this.#documents.push(`Deeply nested document written with ID ${id()} ${levels}.`);
    }
  }

  addScheduled(argsBytes: number): void {
    this.functionsScheduled++;
    this.scheduledArgsBytes += argsBytes;
    if (this.functionsScheduled > MAX_FUNCTIONS_SCHEDULED) {
      throw new DeveloperError(
        "TooManyFunctionsScheduled",
        `Too many functions scheduled by this mutation (limit: ${MAX_FUNCTIONS_SCHEDULED})`,
      );
    }
    if (this.scheduledArgsBytes > MAX_SCHEDULED_ARGS_BYTES) {
      throw new DeveloperError(
        "ScheduledFunctionsArgumentsTooLarge",
        `Too large total size of the arguments of scheduled functions from this mutation (limit: ${MAX_SCHEDULED_ARGS_BYTES} bytes)`,
      );
    }
  }

  /** A sentence for each limit of which more than 80 % is used. */
  warnings(): string[] {
    return this.#isNearLimit() ? this.#limitWarnings() : this.#documents;
  }

  #isNearLimit(): boolean {
    return (
      this.documentsRead > WARNING_SHARE * MAX_DOCUMENTS_READ ||
      this.bytesRead > WARNING_SHARE * MAX_BYTES_READ ||
      this.intervals > WARNING_SHARE * MAX_INTERVALS ||
      this.documentsWritten > WARNING_SHARE * MAX_DOCUMENTS_WRITTEN ||
      this.bytesWritten > WARNING_SHARE * MAX_BYTES_WRITTEN ||
      this.functionsScheduled > WARNING_SHARE * MAX_FUNCTIONS_SCHEDULED ||
      this.scheduledArgsBytes > WARNING_SHARE * MAX_SCHEDULED_ARGS_BYTES
    );
  }

  #limitWarnings(): string[] {
    const execution = "in a single function execution";
    const rows: [string, number, number, string, string][] = [
      [`Many documents read ${execution}`, this.documentsRead, MAX_DOCUMENTS_READ, "", ` ${READ_ADVICE}`],
      [`Many bytes read ${execution}`, this.bytesRead, MAX_BYTES_READ, " bytes", ` ${READ_ADVICE}`],
      [`Many reads ${execution}`, this.intervals, MAX_INTERVALS, "", ` ${READ_ADVICE}`],
      [`Many writes ${execution}`, this.documentsWritten, MAX_DOCUMENTS_WRITTEN, "", ""],
      [`Many bytes written ${execution}`, this.bytesWritten, MAX_BYTES_WRITTEN, " bytes", ""],
      ["Many functions scheduled by this mutation", this.functionsScheduled, MAX_FUNCTIONS_SCHEDULED, "", ""],
      [
        "Large total size of the arguments of scheduled functions from this mutation",
        this.scheduledArgsBytes,
        MAX_SCHEDULED_ARGS_BYTES,
        " bytes",
        "",
      ],
    ];
    const near = rows.filter(([, used, limit]) => used > WARNING_SHARE * limit);
    const sentences = near.map(
      ([what, used, limit, unit, advice]) => `${what} (actual: ${used}${unit}, limit: ${limit}${unit}).${advice}`,
    );
    return [...sentences, ...this.#documents];
  }

  /** As `1.0/getTransactionMetrics` answers; below 0 after a limit error that was caught (convex-facts d.1). */
  metrics(): Record<string, { used: number; remaining: number }> {
    const entry = (used: number, limit: number) => ({ used, remaining: limit - used });
    return {
      bytesRead: entry(this.bytesRead, MAX_BYTES_READ),
      bytesWritten: entry(this.bytesWritten, MAX_BYTES_WRITTEN),
      databaseQueries: entry(this.intervals, MAX_INTERVALS),
      documentsRead: entry(this.documentsRead, MAX_DOCUMENTS_READ),
      documentsWritten: entry(this.documentsWritten, MAX_DOCUMENTS_WRITTEN),
      functionsScheduled: entry(this.functionsScheduled, MAX_FUNCTIONS_SCHEDULED),
      scheduledFunctionArgsBytes: entry(this.scheduledArgsBytes, MAX_SCHEDULED_ARGS_BYTES),
    };
  }
}
