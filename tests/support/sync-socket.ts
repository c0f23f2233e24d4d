import { randomUUID } from "node:crypto";
import type { JSONValue } from "convex/values";
import WebSocket from "ws";

/** How a mutation ended. `ts` is its commit's timestamp. */
export type MutationAnswer = { ok: true; value: JSONValue; ts: bigint } | { ok: false; message: string };

/** The connection ended before an answer. `reason` is the server's, or empty. */
export class ConnectionLost extends Error {
  constructor(readonly reason: string) {
    super(`The connection ended before the answer: ${reason}`);
  }
}

/** One Transition as far as a test looks at it: where it leads, and the new value (or error) of each changed query. */
export interface Seen {
  ts: bigint;
  values: Map<number, JSONValue | { error: string }>;
  atMs: number;
}

interface ServerFrame {
  type: string;
  requestId: number;
  success: boolean;
  result: JSONValue;
  ts: string | null;
  endVersion: { ts: string };
  modifications: { type: string; queryId: number; value: JSONValue; errorMessage?: string }[];
}

/**
 * A client of the sync protocol with nothing between the test and the frames: no optimistic updates, no retries, no
 * batching of results. Cheap enough that a thousand of them fit into a load generator.
 */
export class SyncSocket {
  readonly sessionId = randomUUID();
  onTransition: (seen: Seen) => void = () => undefined;
  readonly #socket: WebSocket;
  readonly #waiting = new Map<number, { resolve(answer: MutationAnswer): void; reject(error: Error): void }>();
  #nextRequest = 0;
  #querySet = 0;
  #nextQuery = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on("message", (data: Buffer) => this.#receive(data.toString("utf8")));
    socket.on("close", (_code, reason) => this.#lost(reason.toString()));
    // A close event follows.
    socket.on("error", () => undefined);
  }

  static async open(cloudUrl: string): Promise<SyncSocket> {
    const socket = new WebSocket(`${cloudUrl.replace(/^http/, "ws")}/api/1.48.0/sync`, { perMessageDeflate: false });
    await new Promise<void>((resolve, reject) => {
      socket.once("open", resolve);
      socket.once("error", reject);
    });
    const client = new SyncSocket(socket);
    const connect = { type: "Connect", sessionId: client.sessionId, connectionCount: 0, lastCloseReason: null };
    client.#send({ ...connect, clientTs: Date.now() });
    return client;
  }

  /** Rejects with ConnectionLost when the connection ends before the answer: the mutation may or may not have been committed. */
  mutation(path: string, args: JSONValue): Promise<MutationAnswer> {
    const requestId = this.#nextRequest++;
    return new Promise((resolve, reject) => {
      if (this.#socket.readyState !== WebSocket.OPEN) return reject(new ConnectionLost("closed"));
      this.#waiting.set(requestId, { resolve, reject });
      this.#send({ type: "Mutation", requestId, udfPath: path, args: [args] });
    });
  }

  /** Subscribes to queries in one step; returns their ids in order. */
  subscribe(queries: readonly { path: string; args: JSONValue }[]): number[] {
    const modifications = queries.map(({ path, args }) => {
      return { type: "Add", queryId: this.#nextQuery++, udfPath: path, args: [args] };
    });
    const baseVersion = this.#querySet++;
    this.#send({ type: "ModifyQuerySet", baseVersion, newVersion: this.#querySet, modifications });
    return modifications.map(({ queryId }) => queryId);
  }

  /** From now on it may call everything. To be called once, before anything else is asked. */
  signInAsAdmin(adminKey: string): void {
    this.#send({ type: "Authenticate", baseVersion: 0, tokenType: "Admin", value: adminKey });
  }

  close(): void {
    this.#socket.terminate();
  }

  #send(message: object): void {
    this.#socket.send(JSON.stringify(message));
  }

  #receive(text: string): void {
    const frame = JSON.parse(text) as ServerFrame;
    switch (frame.type) {
      case "MutationResponse": {
        const waiting = this.#waiting.get(frame.requestId);
        this.#waiting.delete(frame.requestId);
        if (frame.success) waiting?.resolve({ ok: true, value: frame.result, ts: timestamp(frame.ts ?? "") });
        else waiting?.resolve({ ok: false, message: JSON.stringify(frame.result) });
        return;
      }
      case "Transition": {
        const values = new Map(
          frame.modifications.map(({ type, queryId, value, errorMessage }) => [
            queryId,
            type === "QueryFailed" ? { error: errorMessage ?? "" } : value,
          ]),
        );
        this.onTransition({ ts: timestamp(frame.endVersion.ts), values, atMs: performance.now() });
        return;
      }
      case "FatalError":
      case "AuthError":
        throw new Error(`The server refused: ${text}`);
    }
  }

  #lost(reason: string): void {
    for (const waiting of this.#waiting.values()) waiting.reject(new ConnectionLost(reason));
    this.#waiting.clear();
  }
}

function timestamp(text: string): bigint {
  return Buffer.from(text, "base64").readBigUInt64LE();
}
