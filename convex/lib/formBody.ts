// Bodies of HTML forms, byte for byte: a mail in a field may be in any character set. Pure.

/** One field of a form. */
export type FormField = {
  name: string;
  /** Given for a file. */
  fileName?: string;
  contentType?: string;
  bytes: Uint8Array;
};

const CR = 13;
const LF = 10;
const HYPHEN = 45;

/** More fields than any form has; a body of nothing but separators ends here. */
const MAX_FIELDS = 1_000;

/** Separators are at most 70 characters (RFC 2046 5.1.1), with their hyphens. */
const MAX_DELIMITER = 80;

/** True for the content types a form is sent with. */
export function isFormType(contentType: string | undefined): boolean {
  return /^(multipart\/form-data|application\/x-www-form-urlencoded)\s*(;|$)/i.test(contentType?.trim() ?? "");
}

/**
 * The fields of a form's body, multipart (RFC 7578) or urlencoded; which one it is shows in its first bytes, so that a
 * stored body needs no header. Null for a multipart body without its end: something is missing.
 */
export function formFieldsOf(body: Uint8Array): FormField[] | null {
  if (body[0] === HYPHEN && body[1] === HYPHEN) return multipartFields(body);
  const pairs = new URLSearchParams(new TextDecoder().decode(body));
  return [...pairs].map(([name, value]) => ({ name, bytes: new TextEncoder().encode(value) }));
}

/** The first field of a name as UTF-8 text; undefined when there is none. */
export function formText(fields: readonly FormField[], name: string): string | undefined {
  const field = fields.find((each) => each.name === name);
  return field === undefined ? undefined : new TextDecoder().decode(field.bytes);
}

function multipartFields(body: Uint8Array): FormField[] | null {
  const lineEnd = body.indexOf(CR);
  if (lineEnd < 0 || lineEnd > MAX_DELIMITER) return null;
  const delimiter = Uint8Array.of(CR, LF, ...body.subarray(0, lineEnd));
  const fields: FormField[] = [];
  // The first separator has no line break before it.
  for (let at = lineEnd; fields.length < MAX_FIELDS;) {
    if (body[at] === HYPHEN && body[at + 1] === HYPHEN) return fields;
    const start = skipLine(body, at);
    const end = start === null ? -1 : indexOfBytes(body, delimiter, start);
    if (start === null || end < 0) return null;
    const field = fieldOf(body.subarray(start, end));
    if (field !== null) fields.push(field);
    at = end + delimiter.length;
  }
  return null;
}

/** Where the line after the separator begins; null for what no separator may be followed by. */
function skipLine(body: Uint8Array, at: number): number | null {
  let start = at;
  // White space may stand after a separator.
  while (body[start] === 32 || body[start] === 9) start++;
  return body[start] === CR && body[start + 1] === LF ? start + 2 : null;
}

const HEADERS_END = Uint8Array.of(CR, LF, CR, LF);

function fieldOf(part: Uint8Array): FormField | null {
  const end = indexOfBytes(part, HEADERS_END, 0);
  if (end < 0) return null;
  const headers = new TextDecoder().decode(part.subarray(0, end));
  const disposition = /^content-disposition:(.*)$/im.exec(headers)?.[1] ?? "";
  const name = parameterOf(disposition, "name");
  if (name === undefined) return null;
  const contentType = /^content-type:(.*)$/im.exec(headers)?.[1]?.trim();
  return { name, fileName: parameterOf(disposition, "filename"), contentType, bytes: part.subarray(end + 4) };
}

/** A parameter in quotation marks; browsers' way of writing one of these inside is undone. */
function parameterOf(disposition: string, name: string): string | undefined {
  const quoted = new RegExp(`;\\s*${name}="((?:[^"\\\\]|\\\\.)*)"`, "i").exec(disposition)?.[1];
  const bare = new RegExp(`;\\s*${name}=([^";\\s]+)`, "i").exec(disposition)?.[1];
  return quoted?.replace(/\\(.)/g, "$1").replaceAll("%22", '"') ?? bare;
}

function indexOfBytes(body: Uint8Array, wanted: Uint8Array, from: number): number {
  const [first = 0] = wanted;
  for (let at = body.indexOf(first, from); at >= 0; at = body.indexOf(first, at + 1)) {
    if (wanted.every((byte, i) => body[at + i] === byte)) return at;
  }
  return -1;
}
