import { AsyncLocalStorage, AsyncResource } from "node:async_hooks";
import { WEB_CLASSES } from "./web-classes.ts";

const CLASS_NAMES = [
  "URLSearchParams",
  "URLPattern",
  "TextEncoder",
  "TextDecoder",
  "TextEncoderStream",
  "TextDecoderStream",
  "Headers",
  "Response",
  "Blob",
  "File",
  "FormData",
  "ReadableStream",
  "ReadableStreamDefaultReader",
  "ReadableStreamBYOBReader",
  "ReadableStreamDefaultController",
  "ReadableByteStreamController",
  "WritableStream",
  "WritableStreamDefaultWriter",
  "TransformStream",
  "ByteLengthQueuingStrategy",
  "CountQueuingStrategy",
  "CompressionStream",
  "DecompressionStream",
  "AbortController",
  "AbortSignal",
  "Event",
  "CustomEvent",
  "EventTarget",
  "DOMException",
  "CryptoKey",
  "atob",
  "btoa",
  // Buffers have no literals, so a realm can share the host's classes; what TextEncoder or WebCrypto return is then of
  // the class a function's `instanceof` names.
  "ArrayBuffer",
  "SharedArrayBuffer",
  "DataView",
  "Int8Array",
  "Uint8Array",
  "Uint8ClampedArray",
  "Int16Array",
  "Uint16Array",
  "Int32Array",
  "Uint32Array",
  "Float32Array",
  "Float64Array",
  "BigInt64Array",
  "BigUint64Array",
];

// Classes a realm has of its own; `instanceof` there accepts the host's too, under these names.
const FOREIGN_NAMES = ["Object", "Array", "Error", "TypeError", "RangeError", "SyntaxError", "Promise", "Map", "Set"];

function pick(names: readonly string[], rename: (name: string) => string): [string, unknown][] {
  const globals = globalThis as unknown as Record<string, unknown>;
  return names.filter((name) => name in globals).map((name) => [rename(name), globals[name]]);
}

/** Host values that a realm's globals are made of (convex-facts d.1). */
export function webGlobals(): Record<string, unknown> {
  return {
    ...Object.fromEntries(pick(CLASS_NAMES, (name) => name)),
    ...Object.fromEntries(pick(FOREIGN_NAMES, (name) => `host:${name}`)),
    ...WEB_CLASSES,
    AsyncLocalStorage,
    AsyncResource,
  };
}
