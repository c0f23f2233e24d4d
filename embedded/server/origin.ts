import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { listen, localUrl, shutDown } from "./listen.ts";

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

  private constructor() {
    this.#server = createServer((request, response) => this.#handle(request, response));
    this.#server.on("upgrade", (request, socket, head) => {
      socket.on("error", () => socket.destroy());
      if (!this.#upgrade(request, socket, head)) socket.end("HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n");
    });
  }

  /** Throws StartError when the port cannot be had. `option` is the flag that chooses it. */
  static async open(host: string, port: number, option: string): Promise<{ origin: Origin; url: string }> {
    const origin = new Origin();
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
