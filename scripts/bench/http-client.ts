import { connect, type Socket } from "node:net";

const HEADERS_END = Buffer.from("\r\n\r\n");

/**
 * One keep-alive connection that sends prepared bytes and waits for the answer. `node:http` as a client would cost more
 * than what is measured.
 */
export class KeepAliveConnection {
  readonly #socket: Socket;
  #received: Buffer = Buffer.alloc(0);
  #done: ((body: string) => void) | null = null;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.on("data", (chunk: Buffer) => this.#receive(chunk));
  }

  static open(url: string): Promise<KeepAliveConnection> {
    const { hostname, port } = new URL(url);
    return new Promise((resolve, reject) => {
      const socket = connect(Number(port), hostname, () => resolve(new KeepAliveConnection(socket)));
      socket.once("error", reject);
    });
  }

  /** Resolves to the body. Throws Error for another status than 200. */
  request(bytes: string): Promise<string> {
    return new Promise((resolve) => {
      this.#done = resolve;
      this.#socket.write(bytes);
    });
  }

  close(): void {
    this.#socket.destroy();
  }

  #receive(chunk: Buffer): void {
    this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk]);
    const end = this.#received.indexOf(HEADERS_END);
    if (end < 0) return;
    const head = this.#received.toString("latin1", 0, end);
    const bodyStart = end + HEADERS_END.length;
    const found = bodyIn(head, this.#received, bodyStart);
    if (found === null) return;
    const { body } = found;
    this.#received = this.#received.subarray(found.end);
    if (!head.startsWith("HTTP/1.1 200")) throw new Error(`Unexpected answer: ${head}\n${body}`);
    this.#done?.(body);
  }
}

const LAST_CHUNK = Buffer.from("\r\n0\r\n\r\n");

/** The body from `start` on and where it ends; null while it is not all there. A chunked one is given with its frames. */
function bodyIn(head: string, bytes: Buffer, start: number): { body: string; end: number } | null {
  if (/\r\ntransfer-encoding: chunked/i.test(head)) {
    const last = bytes.indexOf(LAST_CHUNK, start - HEADERS_END.length);
    return last < 0 ? null : { body: bytes.toString("utf8", start, last), end: last + LAST_CHUNK.length };
  }
  const length = Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1]);
  if (Number.isNaN(length)) throw new Error(`The answer does not say how long it is: ${head}`);
  const end = start + length;
  return bytes.length < end ? null : { body: bytes.toString("utf8", start, end), end };
}

/** The bytes of a JSON POST. */
export function jsonPost(path: string, body: object): string {
  const text = JSON.stringify(body);
  const length = Buffer.byteLength(text);
  return `POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${length}\r\n\r\n${text}`;
}

/** Requests per second when every connection sends its next request as soon as the last one is answered. */
export async function requestsPerSecond(
  connections: readonly KeepAliveConnection[],
  next: () => string,
  durationMs: number,
): Promise<number> {
  const startedMs = performance.now();
  let count = 0;
  const worker = async (connection: KeepAliveConnection) => {
    while (performance.now() - startedMs < durationMs) {
      await connection.request(next());
      count++;
    }
  };
  await Promise.all(connections.map(worker));
  return count / ((performance.now() - startedMs) / 1000);
}
