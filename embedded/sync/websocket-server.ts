import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { type RawData, type WebSocket, WebSocketServer } from "ws";
import { encodeServerMessage } from "./server-messages.ts";
import { type SessionClient, type SessionDeps, SyncSession } from "./session.ts";
import { SocketLink } from "./socket-link.ts";
import { SharedSubscriptions } from "./shared-subscriptions.ts";

// Liveness figures of convex-facts a.1. One timer serves all sockets.
const HEARTBEAT_MS = 5_000;
const SILENT_CLIENT_MS = 120_000;
const APPLICATION_PING_MS = 15_000;

// Room for a full query set whose arguments are each within the 16 MiB limit of a call; more is refused by `ws`.
const LARGEST_FRAME_BYTES = 64 * 1024 * 1024;

// What has arrived of messages that are not complete yet, of all clients together. Beyond it the one with the most is cut
// off: a frame may be large, but not everybody's at once.
const MOST_INCOMING_BYTES = 512 * 1024 * 1024;

// TransitionChunk is understood from this client version on (convex-facts a.9).
const CHUNKS_SINCE = [1, 28] as const;

const SYNC_PATH = /^\/api\/(?:([^/]+)\/)?sync$/;
const SEMVER = /^(\d+)\.(\d+)\.\d+(?:[-+].*)?$/;

type Knows = Pick<SessionClient, "knowsChunks" | "keepsValues">;

interface Connection {
  socket: WebSocket;
  session: SyncSession;
  link: SocketLink;
  /** Bytes that have arrived since the last complete message. */
  incomingBytes: number;
}

/** Accepts sync protocol connections on the client origin. */
export class SyncServer {
  readonly #sockets = new WebSocketServer({
    noServer: true,
    maxPayload: LARGEST_FRAME_BYTES,
    perMessageDeflate: false,
  });
  readonly #connections = new Set<Connection>();
  readonly #deps: SessionDeps;
  readonly #heartbeat: NodeJS.Timeout;
  #incomingBytes = 0;

  constructor(
    deps: Omit<SessionDeps, "subscriptions"> & { database: ConstructorParameters<typeof SharedSubscriptions>[0] },
    private readonly mostIncomingBytes = MOST_INCOMING_BYTES,
  ) {
    this.#deps = { ...deps, subscriptions: new SharedSubscriptions(deps.database) };
    this.#heartbeat = setInterval(() => this.#beat(), HEARTBEAT_MS);
    this.#heartbeat.unref();
  }

  /** Sockets that are open now. */
  get size(): number {
    return this.#connections.size;
  }

  /** Answers an HTTP upgrade. Returns false when the path is not the sync endpoint; the caller then refuses it. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): boolean {
    // Not through URL, which throws for some of what may arrive here.
    const [path = "", query = ""] = (request.url ?? "").split("?");
    const match = SYNC_PATH.exec(path);
    if (match === null) return false;
    const version = match[1] ?? clientVersionHeader(request);
    if (match[1] !== undefined && !SEMVER.test(match[1])) {
      refuse(socket, "InvalidVersion", `Failed to parse client version: '${match[1]}'`);
      return true;
    }
    const knows = { knowsChunks: knowsChunks(version), keepsValues: new URLSearchParams(query).get("deltas") === "1" };
    this.#sockets.handleUpgrade(request, socket, head, (webSocket) => this.#open(webSocket, socket, request, knows));
    return true;
  }

  /** Closes every socket the way a restarting server does; clients reconnect and replay. */
  async close(): Promise<void> {
    clearInterval(this.#heartbeat);
    const closed = [...this.#connections].map(
      (connection) => new Promise<void>((resolve) => connection.socket.once("close", () => resolve())),
    );
    for (const { socket, session } of this.#connections) {
      session.end();
      socket.close(1001, "GoingAway");
      // A peer that never answers the close frame must not hold the shutdown.
      setTimeout(() => socket.terminate(), 500).unref();
    }
    await Promise.all(closed);
  }

  #open(socket: WebSocket, wire: Duplex, request: IncomingMessage, knows: Knows): void {
    const link = new SocketLink(socket, wire, () => this.#deps.wallMs());
    const client = {
      ip: request.socket.remoteAddress ?? null,
      userAgent: request.headers["user-agent"] ?? null,
      ...knows,
    };
    const session = new SyncSession(this.#deps, link, client);
    const connection: Connection = { socket, session, link, incomingBytes: 0 };
    this.#connections.add(connection);
    // Before `ws` looks at it, so that a message that is complete with it is counted out again.
    wire.prependListener("data", (chunk: Buffer) => this.#countIn(connection, chunk.length));
    socket.on("pong", () => link.heard());
    socket.on("ping", () => link.heard());
    socket.on("message", (data: RawData, isBinary: boolean) => {
      link.heard();
      this.#countOut(connection);
      if (isBinary) session.fail(new Error("Received a binary frame on the sync WebSocket"));
      else session.receive(textOf(data));
    });
    socket.on("error", () => socket.terminate());
    socket.on("close", () => {
      session.end();
      this.#countOut(connection);
      this.#connections.delete(connection);
    });
  }

  #countIn(connection: Connection, bytes: number): void {
    connection.incomingBytes += bytes;
    this.#incomingBytes += bytes;
    if (this.#incomingBytes <= this.mostIncomingBytes) return;
    let largest = connection;
    for (const other of this.#connections) if (other.incomingBytes > largest.incomingBytes) largest = other;
    this.#countOut(largest);
    largest.socket.terminate();
  }

  #countOut(connection: Connection): void {
    this.#incomingBytes -= connection.incomingBytes;
    connection.incomingBytes = 0;
  }

  #beat(): void {
    const now = this.#deps.wallMs();
    for (const connection of this.#connections) {
      if (now - connection.link.heardAtMs > SILENT_CLIENT_MS) {
        connection.socket.terminate();
        continue;
      }
      connection.session.beat();
      connection.socket.ping();
      if (now + HEARTBEAT_MS - connection.link.toldAtMs > APPLICATION_PING_MS) {
        connection.link.toldAtMs = now;
        connection.socket.send(encodeServerMessage({ type: "Ping" }));
      }
    }
  }
}

function textOf(data: RawData): string {
  if (Array.isArray(data)) return Buffer.concat(data).toString("utf8");
  return Buffer.isBuffer(data) ? data.toString("utf8") : Buffer.from(data).toString("utf8");
}

/** `npm-1.48.0` → `1.48.0`; other clients than npm say their version this way too. */
function clientVersionHeader(request: IncomingMessage): string | null {
  const header = request.headers["convex-client"];
  return typeof header === "string" ? header.slice(header.lastIndexOf("-") + 1) : null;
}

function knowsChunks(version: string | null): boolean {
  const match = version === null ? null : SEMVER.exec(version);
  if (match === null) return false;
  const [major, minor] = [Number(match[1]), Number(match[2])];
  return major > CHUNKS_SINCE[0] || (major === CHUNKS_SINCE[0] && minor >= CHUNKS_SINCE[1]);
}

function refuse(socket: Duplex, code: string, message: string): void {
  const body = JSON.stringify({ code, message });
  socket.end(
    `HTTP/1.1 400 Bad Request\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}
