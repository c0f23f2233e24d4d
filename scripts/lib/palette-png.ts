import { crc32, deflateSync, inflateSync } from "node:zlib";

// A screenshot as a PNG with a palette: about a third of the bytes, and of an interface the eye sees no difference.

const SIGNATURE = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]);
const PALETTE_SIZE = 256;

type Image = { width: number; height: number; /** RGB, three bytes each. */ pixels: Uint8Array };
/** A colour as one number, and how often it occurs. */
type Counted = { colour: number; count: number };

/** The picture with at most 256 colours. Throws for a PNG that is not one of 8-bit RGB or RGBA, as Chrome makes them. */
export function toPalette(png: Buffer): Buffer {
  const { width, height, pixels } = decode(png);
  const colours = countColours(pixels);
  const boxes = cut([...colours].map(([colour, count]) => ({ colour, count })));
  const palette = Buffer.alloc(boxes.length * 3);
  const places = new Map<number, number>();
  for (const [place, box] of boxes.entries()) {
    for (const channel of [0, 1, 2]) palette[place * 3 + channel] = meanOf(box, channel);
    for (const { colour } of box) places.set(colour, place);
  }
  const rows = Buffer.alloc(height * (width + 1));
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at += 3) rows[y * (width + 1) + 1 + x] = places.get(colourAt(pixels, at)) ?? 0;
  }
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 3, 0, 0, 0], 8);
  const body = deflateSync(rows, { level: 9 });
  return Buffer.concat([
    SIGNATURE,
    ...chunk("IHDR", head),
    ...chunk("PLTE", palette),
    ...chunk("IDAT", body),
    ...chunk("IEND", Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer[] {
  const named = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  check.writeUInt32BE(crc32(named));
  return [length, named, check];
}

function decode(png: Buffer): Image {
  const parts: Buffer[] = [];
  for (let at = SIGNATURE.length; at < png.length; at += png.readUInt32BE(at) + 12) {
    if (png.toString("latin1", at + 4, at + 8) === "IDAT")
      parts.push(png.subarray(at + 8, at + 8 + png.readUInt32BE(at)));
  }
  const [width, height, depth, kind] = [png.readUInt32BE(16), png.readUInt32BE(20), png[24], png[25]];
  if (depth !== 8 || (kind !== 2 && kind !== 6)) throw new Error("Only 8-bit RGB and RGBA can be read.");
  const size = kind === 6 ? 4 : 3;
  const raw = unfilter(inflateSync(Buffer.concat(parts)), width * size, size);
  const pixels = new Uint8Array(width * height * 3);
  for (let pixel = 0; pixel < width * height; pixel++) {
    pixels.set(raw.subarray(pixel * size, pixel * size + 3), pixel * 3);
  }
  return { width, height, pixels };
}

/** Bytes as they were before each row was told as its difference to its neighbours (PNG 9.2). */
function unfilter(data: Buffer, rowBytes: number, size: number): Uint8Array {
  const height = data.length / (rowBytes + 1);
  const out = new Uint8Array(rowBytes * height);
  for (let y = 0; y < height; y++) {
    const kind = data[y * (rowBytes + 1)] ?? 0;
    for (let x = 0; x < rowBytes; x++) {
      const at = y * rowBytes + x;
      const left = x < size ? 0 : (out[at - size] ?? 0);
      const up = y === 0 ? 0 : (out[at - rowBytes] ?? 0);
      const corner = x < size || y === 0 ? 0 : (out[at - rowBytes - size] ?? 0);
      const guesses = [0, left, up, (left + up) >> 1, paeth(left, up, corner)];
      out[at] = (data[at + y + 1] ?? 0) + (guesses[kind] ?? 0);
    }
  }
  return out;
}

function paeth(left: number, up: number, corner: number): number {
  const guess = left + up - corner;
  const [a, b, c] = [Math.abs(guess - left), Math.abs(guess - up), Math.abs(guess - corner)];
  if (a <= b && a <= c) return left;
  return b <= c ? up : corner;
}

function colourAt(pixels: Uint8Array, at: number): number {
  return ((pixels[at] ?? 0) << 16) | ((pixels[at + 1] ?? 0) << 8) | (pixels[at + 2] ?? 0);
}

function countColours(pixels: Uint8Array): Map<number, number> {
  const counts = new Map<number, number>();
  for (let at = 0; at < pixels.length; at += 3) {
    const colour = colourAt(pixels, at);
    counts.set(colour, (counts.get(colour) ?? 0) + 1);
  }
  return counts;
}

const part = (colour: number, channel: number) => (colour >> (16 - channel * 8)) & 255;

/** Median cut: the box with the widest spread, weighed by how much of the picture it is, is halved until there are enough. */
function cut(all: Counted[]): Counted[][] {
  const boxes = [all];
  while (boxes.length < PALETTE_SIZE) {
    const widest = boxes.map((box) => ({ box, ...spreadOf(box) })).sort((a, b) => b.weight - a.weight)[0];
    if (widest === undefined || widest.weight === 0) break;
    const { box, channel } = widest;
    const sorted = box.sort((a, b) => part(a.colour, channel) - part(b.colour, channel));
    const half = sorted.reduce((sum, { count }) => sum + count, 0) / 2;
    let seen = 0;
    const middle = sorted.findIndex(({ count }) => (seen += count) >= half);
    const at = Math.min(Math.max(middle, 1), sorted.length - 1);
    boxes.splice(boxes.indexOf(box), 1, sorted.slice(0, at), sorted.slice(at));
  }
  return boxes;
}

function spreadOf(box: readonly Counted[]): { channel: number; weight: number } {
  const total = box.reduce((sum, { count }) => sum + count, 0);
  const spreads = [0, 1, 2].map((channel) => {
    const values = box.map(({ colour }) => part(colour, channel));
    return {
      channel,
      width: values.reduce((a, b) => Math.max(a, b), 0) - values.reduce((a, b) => Math.min(a, b), 255),
    };
  });
  const { channel, width } = spreads.reduce((a, b) => (b.width > a.width ? b : a));
  return { channel, weight: width * width * Math.sqrt(total) };
}

function meanOf(box: readonly Counted[], channel: number): number {
  const total = box.reduce((sum, { count }) => sum + count, 0);
  return Math.round(box.reduce((sum, { colour, count }) => sum + part(colour, channel) * count, 0) / total);
}
