import { randomUUID } from "node:crypto";
import WebSocket from "ws";
import { KeptValues } from "../../src/lib/kept-values.ts";
import { until } from "./until.ts";

/** One text frame of the server, parsed; tests look at its fields themselves. */
export type ServerFrame = { type: string } & Record<string, unknown>;

interface Ended {
  code: number;
  reason: string;
}

/** A WebSocket to the sync endpoint that adds nothing to what a test sends and keeps every frame it gets. */
export class FrameSocket {
  readonly frames: ServerFrame[] = [];
  ended: Ended | null = null;
  /** Of all frames, as they came. */
  bytes = 0;
  #read = 0;
  readonly #kept = new KeptValues();

  private constructor(readonly socket: WebSocket) {
    socket.on("message", (data: Buffer) => this.#receive(data));
    socket.on("close", (code, reason) => (this.ended = { code, reason: reason.toString() }));
    socket.on("error", () => undefined);
  }

  #receive(data: Buffer): void {
    this.bytes += data.length;
    this.frames.push(JSON.parse(this.#kept.restore(data.toString("utf8"))) as ServerFrame);
  }

  static async open(
    cloudUrl: string,
    path = "/api/1.48.0/sync",
    headers: Record<string, string> = {},
  ): Promise<FrameSocket> {
    const url = cloudUrl.replace(/^http/, "ws") + path;
    const socket = new WebSocket(url, { perMessageDeflate: false, headers, maxPayload: 1 << 30 });
    const client = new FrameSocket(socket);
    await new Promise<void>((resolve, reject) => {
      socket.once("open", resolve);
      socket.once("error", reject);
    });
    return client;
  }

  /** Opened, with Connect sent. */
  static async connected(cloudUrl: string, more: Record<string, unknown> = {}, path?: string): Promise<FrameSocket> {
    const client = await FrameSocket.open(cloudUrl, path);
    client.send(connectMessage(more));
    return client;
  }

  send(...messages: object[]): void {
    for (const message of messages) this.socket.send(JSON.stringify(message));
  }

  /** The next frame that has not been looked at; application pings are passed over. */
  async next(): Promise<ServerFrame> {
    return until("another frame", () => {
      while (this.frames[this.#read]?.type === "Ping") this.#read++;
      const frame = this.frames[this.#read];
      if (frame !== undefined) this.#read++;
      else if (this.ended !== null) throw new Error(`Closed with ${this.ended.code} ${this.ended.reason}`);
      return frame;
    });
  }

  /** Frames that came and have not been looked at. */
  get unread(): ServerFrame[] {
    return this.frames.slice(this.#read).filter(({ type }) => type !== "Ping");
  }

  closed(): Promise<Ended> {
    return until("the connection to end", () => this.ended);
  }

  terminate(): void {
    this.socket.terminate();
  }
}

/** A first message; `more` replaces its fields. */
export function connectMessage(more: Record<string, unknown> = {}): object {
  return {
    type: "Connect",
    sessionId: randomUUID(),
    connectionCount: 0,
    lastCloseReason: "InitialConnect",
    clientTs: 0,
    ...more,
  };
}

/** A ModifyQuerySet that adds queries by id. */
export function addQueries(
  baseVersion: number,
  queries: Record<number, { path: string; args?: unknown; journal?: string | null }>,
): object {
  return {
    type: "ModifyQuerySet",
    baseVersion,
    newVersion: baseVersion + 1,
    modifications: Object.entries(queries).map(([queryId, { path, args = {}, journal = null }]) => ({
      type: "Add",
      queryId: Number(queryId),
      udfPath: path,
      args: [args],
      journal,
    })),
  };
}

export function mutationMessage(requestId: number, udfPath: string, args: unknown = {}): object {
  return { type: "Mutation", requestId, udfPath, args: [args] };
}
