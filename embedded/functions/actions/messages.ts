import type { CompiledModule } from "../modules/compile.ts";
import type { SyscallFailure } from "../realm/protocol.ts";
import type { FunctionError, HttpRequestData, LogLine } from "../types.ts";

/** Which evaluated modules a run uses: another version, component or environment gives another set. */
export interface CodeKey {
  /** Version and definition: names a set of module texts. */
  texts: string;
  /** Component instance and environment: modules are evaluated once per value. */
  instance: string;
}

/** What a worker is told. */
export type ToWorker =
  /** `packageRoot`: where the modules' external packages are. */
  | { type: "modules"; texts: string; modules: CompiledModule[]; packageRoot: string }
  /** The environment of an evaluation, before its first run. */
  | { type: "environment"; instance: string; env: Record<string, string> }
  | {
      type: "run";
      runId: number;
      code: CodeKey;
      modulePath: string;
      requestId: string;
      nowMs: number;
      target:
        { kind: "action"; exportName: string; args: string } | { kind: "http"; path: string; request: HttpRequestData };
    }
  | { type: "answer"; runId: number; callId: number; nowMs: number; answer: string | SyscallFailure | BlobData | null }
  /** The caller is gone: the request's signal aborts, further syscalls fail. */
  | { type: "abort"; runId: number }
  /** One more body chunk may be sent. */
  | { type: "pull"; runId: number }
  /** Answered at once by a worker that no action holds up. */
  | { type: "ping" };

export interface BlobData {
  bytes: Uint8Array;
  contentType: string | null;
}

/** What a worker says. */
export type FromWorker =
  | { type: "syscall"; runId: number; callId: number; op: string; args: string }
  | { type: "storeBlob"; runId: number; callId: number; blob: BlobData; sha256: string | null }
  | { type: "getBlob"; runId: number; callId: number; storageId: string }
  | { type: "log"; runId: number; level: LogLine["level"]; messages: string[] }
  | { type: "returned"; runId: number; value: string; unawaited: string[] }
  | { type: "threw"; runId: number; error: FunctionError }
  /** Its promise waits for something that nobody will do. */
  | { type: "stuck"; runId: number }
  /** The whole response of an HTTP action, which is over. */
  | { type: "answered"; runId: number; status: number; headers: [string, string][]; body: Uint8Array | null }
  /** The head of one whose body follows chunk by chunk. */
  | { type: "responded"; runId: number; status: number; headers: [string, string][] }
  | { type: "chunk"; runId: number; bytes: Uint8Array }
  | { type: "bodyEnded"; runId: number; error: FunctionError | null }
  /** An action changed globals that the next one would find so. Comes before the action's end. */
  | { type: "spoiled" }
  | { type: "pong" };

export type WorkerKind = "isolate" | "node";

/** `workerData` of an action worker. */
export interface WorkerSettings {
  kind: WorkerKind;
  /** The backend's clock is moved by hand: `Date` follows what messages say rather than the machine. */
  hasTestClock: boolean;
  /** How long an action may wait while nothing goes on. */
  stuckActionMs: number;
}
