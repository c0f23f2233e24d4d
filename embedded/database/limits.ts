import { DeveloperError } from "../errors.ts";

// convex-facts f.1.
const MAX_DOCUMENTS_READ = 32_000;
const MAX_BYTES_READ = 16 << 20;
const MAX_INTERVALS = 4_096;
const MAX_DOCUMENTS_WRITTEN = 16_000;
const MAX_BYTES_WRITTEN = 16 << 20;
const MAX_FUNCTIONS_SCHEDULED = 1_000;
const MAX_SCHEDULED_ARGS_BYTES = 16 << 20;

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

  /** As `1.0/getTransactionMetrics` answers. */
  metrics(): Record<string, { used: number; remaining: number }> {
    const entry = (used: number, limit: number) => ({ used, remaining: Math.max(0, limit - used) });
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
