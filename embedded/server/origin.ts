import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { listen, localUrl, shutDown } from "./listen.ts";

/** What one port grants a client before anything of the backend has looked at it. */
export interface OriginLimits {
  /** All headers must have arrived by then. */
  headersMs: number;
  /** The whole request, body included. */
  requestMs: number;
  /** How often the two are looked at. */
  checkMs: number;
  /** Open connections, WebSockets included; more are closed at once. */
  connections: number;
  headerBytes: number;
  headerCount: number;
  /** A connection on which nothing moves at all, such as a download that nobody reads. */
  silenceMs: number;
}

const LIMITS: OriginLimits = {
  // Long enough for the worst mobile network, short enough that slow senders (slow loris) hold nothing.
  headersMs: 15_000,
  // convex-facts b.1.
  requestMs: 300_000,
  checkMs: 5_000,
  // Each costs a file descriptor and some 20 KiB.
  connections: 20_000,
  headerBytes: 32 * 1024,
  headerCount: 200,
  // Actions may stream for ten minutes; the answer's end is not silence yet.
  silenceMs: 660_000,
};

type RequestHandler = (request: IncomingMessage, response: ServerResponse) => void;
/** Returns false for a path that takes no WebSockets. */
type UpgradeHandler = (request: IncomingMessage, socket: Duplex, head: Buffer) => boolean;

/**
 * One listening port. It listens before the backend exists, because the port is part of the addresses that functions
 * see; what arrives until `serve` is answered with 503.
 */
export class Origin {
  readonly #server: Server;
  #handle: RequestHandler = (_request, response) => void response.writeHead(503).end();
  #upgrade: UpgradeHandler = () => false;

  private constructor(limits: OriginLimits) {
    const options = {
      headersTimeout: limits.headersMs,
      requestTimeout: limits.requestMs,
      connectionsCheckingInterval: limits.checkMs,
      maxHeaderSize: limits.headerBytes,
    };
    this.#server = createServer(options, (request, response) => this.#handle(request, response));
    this.#server.maxConnections = limits.connections;
    this.#server.maxHeadersCount = limits.headerCount;
    this.#server.timeout = limits.silenceMs;
    this.#server.on("upgrade", (request, socket, head) => {
      socket.on("error", () => socket.destroy());
      if (!this.#upgrade(request, socket, head)) socket.end("HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n");
    });
  }

  /** Throws StartError when the port cannot be had. `option` is the flag that chooses it. */
  static async open(
    host: string,
    port: number,
    option: string,
    limits: Partial<OriginLimits> = {},
  ): Promise<{ origin: Origin; url: string }> {
    const origin = new Origin({ ...LIMITS, ...limits });
    const actualPort = await listen(origin.#server, host, port, option);
    return { origin, url: localUrl(host, actualPort) };
  }

  serve(handle: RequestHandler, upgrade?: UpgradeHandler): void {
    this.#handle = handle;
    if (upgrade !== undefined) this.#upgrade = upgrade;
  }

  close(graceMs: number): Promise<void> {
    return shutDown(this.#server, graceMs);
  }
}
