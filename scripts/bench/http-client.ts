import { connect, type Socket } from "node:net";

const HEADERS_END = "\r\n\r\n";
// Above the largest answer that is measured.
const READ_BYTES = 256 * 1024;

/**
 * One keep-alive connection that sends prepared bytes and waits for the answer. `node:http` as a client would cost more
 * than what is measured, and so would a stream: bytes are read into memory that is there already, and looked at no
 * further than to find their end.
 */
export class KeepAliveConnection {
  readonly #socket: Socket;
  /** What came of an answer so far, where it comes in several pieces. */
  #received = "";
  #done: ((body: string) => void) | null = null;

  private constructor(url: URL, opened: (connection: KeepAliveConnection) => void) {
    const onread = {
      buffer: Buffer.allocUnsafe(READ_BYTES),
      callback: (length: number, bytes: Uint8Array) => {
        this.#receive(Buffer.from(bytes.buffer, bytes.byteOffset, length).toString("latin1"));
        return true;
      },
    };
    this.#socket = connect({ port: Number(url.port), host: url.hostname, noDelay: true, onread }, () => opened(this));
  }

  static open(url: string): Promise<KeepAliveConnection> {
    return new Promise((resolve, reject) => {
      const connection = new KeepAliveConnection(new URL(url), resolve);
      connection.#socket.once("error", reject);
    });
  }

  /** Resolves to the body, each byte as a character. Throws Error for another status than 200. */
  request(bytes: string): Promise<string> {
    return new Promise((resolve) => {
      this.#done = resolve;
      this.#socket.write(bytes);
    });
  }

  close(): void {
    this.#socket.destroy();
  }

  #receive(text: string): void {
    this.#received = this.#received === "" ? text : this.#received + text;
    const received = this.#received;
    const end = received.indexOf(HEADERS_END);
    if (end < 0) return;
    const head = received.slice(0, end);
    const found = bodyIn(head, received, end + HEADERS_END.length);
    if (found === null) return;
    const { body } = found;
    this.#received = received.slice(found.end);
    if (!head.startsWith("HTTP/1.1 200")) throw new Error(`Unexpected answer: ${head}\n${body}`);
    this.#done?.(body);
  }
}

const LAST_CHUNK = "\r\n0\r\n\r\n";

/** The body from `start` on and where it ends; null while it is not all there. A chunked one is given with its frames. */
function bodyIn(head: string, received: string, start: number): { body: string; end: number } | null {
  if (/\r\ntransfer-encoding: chunked/i.test(head)) {
    const last = received.indexOf(LAST_CHUNK, start - HEADERS_END.length);
    return last < 0 ? null : { body: received.slice(start, last), end: last + LAST_CHUNK.length };
  }
  const length = Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1]);
  if (Number.isNaN(length)) throw new Error(`The answer does not say how long it is: ${head}`);
  const end = start + length;
  return received.length < end ? null : { body: received.slice(start, end), end };
}

/** The bytes of a JSON POST, by whom a token is given for. */
export function jsonPost(path: string, body: object, token?: string): string {
  const text = JSON.stringify(body);
  const length = Buffer.byteLength(text);
  const by = token === undefined ? "" : `Authorization: Bearer ${token}\r\n`;
  return `POST ${path} HTTP/1.1\r\nHost: localhost\r\n${by}Content-Type: application/json\r\nContent-Length: ${length}\r\n\r\n${text}`;
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
