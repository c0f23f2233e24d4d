import type { Duplex } from "node:stream";
import { WebSocket } from "ws";
import type { TextAround } from "./server-messages.ts";
import type { SessionLink } from "./session.ts";

// A client that does not read its answers, or asks faster than they can be given, is not read from until it is below
// both bounds again: what it sends waits with it and not in this process. Bytes unsent, characters not dealt with.
const MOST_UNSENT_BYTES = 8 * 1024 * 1024;
const MOST_WAITING_CHARS = 8 * 1024 * 1024;

/** A session's way to its client. */
export class SocketLink implements SessionLink {
  heardAtMs: number;
  toldAtMs: number;
  #waitingChars = 0;

  constructor(
    private readonly socket: WebSocket,
    private readonly wire: Duplex,
    private readonly wallMs: () => number,
  ) {
    this.heardAtMs = wallMs();
    this.toldAtMs = this.heardAtMs;
  }

  /** The client shows that it is there. */
  heard(): void {
    this.heardAtMs = this.wallMs();
  }

  send(frame: string, onSent?: () => void): void {
    this.#write([textFrame(frame)], onSent);
  }

  sendAround({ before, value, after }: TextAround, onSent?: () => void): void {
    const shared = bytesOfShared(value);
    const end = Buffer.from(after);
    const start = textFrame(before, shared.length + end.length);
    this.#write([start, shared, end], onSent);
  }

  #write(bytes: readonly Buffer[], onSent?: () => void): void {
    this.toldAtMs = this.wallMs();
    const sent = () => {
      // A slow reader is alive, although its pongs wait behind what is not read from it.
      this.heard();
      onSent?.();
      this.#holdBack();
    };
    if (this.socket.readyState !== WebSocket.OPEN) {
      process.nextTick(sent);
      return;
    }
    // A write error means the socket is closing; its close event ends the session.
    const last = bytes.length - 1;
    hold(this.wire);
    bytes.forEach((part, i) => this.wire.write(part, i === last ? sent : undefined));
    if (leaving.size >= LEAVE_TOGETHER) leave();
    this.#holdBack();
  }

  backlog(chars: number): void {
    this.#waitingChars = chars;
    this.#holdBack();
  }

  close(code: number | null, reason: string): void {
    if (code === null) this.socket.close();
    else this.socket.close(code, reason);
  }

  #holdBack(): void {
    const { socket } = this;
    const isTooMuch = socket.bufferedAmount > MOST_UNSENT_BYTES || this.#waitingChars > MOST_WAITING_CHARS;
    if (isTooMuch && !socket.isPaused) socket.pause();
    else if (!isTooMuch && socket.isPaused) socket.resume();
  }
}

// What is sent until the end of the current callback, such as a response and its Transition, leaves in one write. Where many
// clients are told in one turn, the first do not wait for the last; but one by one, each would be a wake-up of whoever receives.
const LEAVE_TOGETHER = 64;
const leaving = new Set<Duplex>();

function hold(wire: Duplex): void {
  if (leaving.has(wire)) return;
  // Runs when the promise callbacks of this moment have run.
  if (leaving.size === 0) process.nextTick(leave);
  wire.cork();
  leaving.add(wire);
}

function leave(): void {
  for (const wire of leaving) wire.uncork();
  leaving.clear();
}

// RFC 6455 5.2: an unfragmented text frame, not masked; its length takes one byte, or two more, or eight more.
const FINAL_TEXT = 0x81;
const TWO_MORE = 126;
const EIGHT_MORE = 127;
const MOST_IN_TWO = 0xffff;

/** The value that was sent last, and its bytes: whoever watches the same is told of it in the same turn. */
let lastShared: { value: string; bytes: Buffer } | null = null;

function bytesOfShared(value: string): Buffer {
  if (lastShared?.value === value) return lastShared.bytes;
  // Nobody needs it later, and it may be large.
  if (lastShared === null) setImmediate(() => void (lastShared = null));
  lastShared = { value, bytes: Buffer.from(value) };
  return lastShared.bytes;
}

/**
 * The bytes of a text message, of which `following` come after these. `ws` would write header and payload apart; in one
 * piece they cost one write and no list of buffers, which counts with a thousand clients. Nothing is compressed, so the
 * order with what `ws` writes stays.
 */
function textFrame(text: string, following = 0): Buffer {
  const own = Buffer.byteLength(text);
  const length = own + following;
  const lengthBytes = length < TWO_MORE ? 0 : length <= MOST_IN_TWO ? 2 : 8;
  const start = 2 + lengthBytes;
  const frame = Buffer.allocUnsafe(start + own);
  frame[0] = FINAL_TEXT;
  frame[1] = lengthBytes === 0 ? length : lengthBytes === 2 ? TWO_MORE : EIGHT_MORE;
  if (lengthBytes === 2) frame.writeUInt16BE(length, 2);
  else if (lengthBytes === 8) frame.writeBigUInt64BE(BigInt(length), 2);
  frame.write(text, start, own === text.length ? "latin1" : "utf8");
  return frame;
}
