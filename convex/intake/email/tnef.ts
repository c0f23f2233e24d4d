// winmail.dat: what Outlook on Exchange sends to people it takes for its own kind (MS-OXTNEF). Only what a reader needs is
// read: files with their long names, and a plain or HTML body. Pure; bounded by the bytes that are there.

export type TnefFile = { name: string; contentType: string; bytes: Uint8Array; contentId?: string };
export type Tnef = { files: TnefFile[]; text?: string; html?: string };

const SIGNATURE = 0x223e9f78;
const HEADER_BYTES = 6;
/** Level, tag, length; then the data and a checksum. */
const ATTRIBUTE_HEAD_BYTES = 9;
const CHECKSUM_BYTES = 2;

// Attributes (MS-OXTNEF 2.1.3.2).
const ATTACH_REND_DATA = 0x00069002;
const ATTACH_TITLE = 0x00018010;
const ATTACH_DATA = 0x0006800f;
const ATTACH_PROPERTIES = 0x00069005;
const MESSAGE_PROPERTIES = 0x00069003;
const MESSAGE_BODY = 0x0002800c;

// Properties (MS-OXPROPS).
const LONG_NAME = 0x3707;
const MIME_TAG = 0x370e;
const CONTENT_ID = 0x3712;
const BODY = 0x1000;
const BODY_HTML = 0x1013;

const STRING_8 = 0x001e;
const UNICODE = 0x001f;
const BINARY = 0x0102;
const OBJECT = 0x000d;
const MULTI_VALUED = 0x1000;
const NAMED_FROM = 0x8000;
const GUID_BYTES = 16;
/** Bytes of a value by its type; the shorter ones are padded to four. */
const FIXED_BYTES: Record<number, number> = {
  0x0002: 4,
  0x0003: 4,
  0x0004: 4,
  0x0005: 8,
  0x0006: 8,
  0x0007: 8,
  0x000a: 4,
  0x000b: 4,
  0x0014: 8,
  0x0040: 8,
  0x0048: 16,
};

class Reader {
  private readonly view: DataView;
  at = 0;
  constructor(readonly bytes: Uint8Array) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }
  get isAtEnd(): boolean {
    return this.at >= this.bytes.length;
  }
  u16(): number {
    this.at += 2;
    return this.view.getUint16(this.at - 2, true);
  }
  u32(): number {
    this.at += 4;
    return this.view.getUint32(this.at - 4, true);
  }
  /** Throws a RangeError past the end, as the numbers do. */
  take(length: number): Uint8Array {
    if (this.at + length > this.bytes.length) throw new RangeError("The TNEF data ends too early.");
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }
}

function text8(bytes: Uint8Array): string {
  return new TextDecoder("windows-1252").decode(bytes).replace(/\0+$/, "");
}

function text16(bytes: Uint8Array): string {
  return new TextDecoder("utf-16le").decode(bytes).replace(/\0+$/, "");
}

function skipName(reader: Reader): void {
  reader.take(GUID_BYTES);
  if (reader.u32() === 0) reader.u32();
  else takePadded(reader, reader.u32());
}

function takePadded(reader: Reader, length: number): Uint8Array {
  const value = reader.take(length);
  reader.take((4 - (length % 4)) % 4);
  return value;
}

/** The properties we ask for; the list ends early at a type nobody documented. */
function propertiesIn(bytes: Uint8Array): Map<number, { type: number; value: Uint8Array }> {
  const reader = new Reader(bytes);
  const found = new Map<number, { type: number; value: Uint8Array }>();
  const count = reader.u32();
  for (let index = 0; index < count && !reader.isAtEnd; index++) {
    const fullType = reader.u16();
    const id = reader.u16();
    if (id >= NAMED_FROM) skipName(reader);
    const type = fullType & ~MULTI_VALUED;
    const size = FIXED_BYTES[type];
    const isMany = (fullType & MULTI_VALUED) !== 0;
    const isVariable = [STRING_8, UNICODE, BINARY, OBJECT].includes(type);
    if (size === undefined && !isVariable) return found;
    const values = isMany || isVariable ? reader.u32() : 1;
    for (let each = 0; each < values; each++) {
      const value = size === undefined ? takePadded(reader, reader.u32()) : reader.take(size);
      if (!found.has(id)) found.set(id, { type, value });
    }
  }
  return found;
}

function textOf(property: { type: number; value: Uint8Array } | undefined): string | undefined {
  if (property === undefined) return undefined;
  const text = property.type === UNICODE ? text16(property.value) : text8(property.value);
  return text === "" ? undefined : text;
}

type Draft = { title?: string; bytes?: Uint8Array; properties?: Map<number, { type: number; value: Uint8Array }> };

function fileOf({ title, bytes, properties }: Draft): TnefFile | null {
  if (bytes === undefined) return null;
  const contentId = textOf(properties?.get(CONTENT_ID));
  return {
    name: textOf(properties?.get(LONG_NAME)) ?? title ?? "attachment",
    contentType: textOf(properties?.get(MIME_TAG)) ?? "application/octet-stream",
    bytes,
    ...(contentId === undefined ? {} : { contentId: contentId.replace(/^<|>$/g, "") }),
  };
}

function read(bytes: Uint8Array): Tnef {
  const reader = new Reader(bytes);
  reader.at = HEADER_BYTES;
  const drafts: Draft[] = [];
  const bodies: Pick<Tnef, "text" | "html"> = {};
  while (reader.at + ATTRIBUTE_HEAD_BYTES <= bytes.length) {
    reader.take(1);
    const tag = reader.u32();
    const data = reader.take(reader.u32());
    reader.take(CHECKSUM_BYTES);
    if (tag === ATTACH_REND_DATA) drafts.push({});
    const draft = drafts.at(-1);
    if (tag === ATTACH_TITLE && draft !== undefined) draft.title = text8(data);
    if (tag === ATTACH_DATA && draft !== undefined) draft.bytes = data;
    if (tag === ATTACH_PROPERTIES && draft !== undefined) draft.properties = propertiesIn(data);
    if (tag === MESSAGE_BODY) bodies.text = text8(data);
    if (tag === MESSAGE_PROPERTIES) {
      const properties = propertiesIn(data);
      bodies.text ??= textOf(properties.get(BODY));
      bodies.html ??= textOf(properties.get(BODY_HTML));
    }
  }
  return { ...bodies, files: drafts.flatMap((draft) => fileOf(draft) ?? []) };
}

/** What lies in a winmail.dat, or null when the bytes are none or are damaged: then the file itself is to be kept. */
export function readTnef(bytes: Uint8Array): Tnef | null {
  if (bytes.length < HEADER_BYTES || new Reader(bytes).u32() !== SIGNATURE) return null;
  try {
    return read(bytes);
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}
