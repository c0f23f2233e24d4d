// Node's own classes, with differences to Convex's evened out.

interface Body {
  body?: unknown;
}

function isStreaming(init: unknown): init is Body {
  return typeof init === "object" && init !== null && (init as Body).body instanceof ReadableStream;
}

/** What `Request` and `fetch` take, where a stream as the body need not say `duplex: "half"`. */
export function withDuplex<T>(init: T): T {
  return isStreaming(init) ? { duplex: "half", ...init } : init;
}

const LenientRequest = new Proxy(Request, {
  construct: (target, [input, init]: [RequestInfo, RequestInit?], newTarget) =>
    Reflect.construct(target, [input, withDuplex(init)], newTarget) as Request,
});

const TellingURL = new Proxy(URL, {
  construct(target, args: [string, string?], newTarget) {
    try {
      return Reflect.construct(target, args, newTarget) as URL;
    } catch (error) {
      if (error instanceof TypeError && error.message === "Invalid URL") error.message += `: '${String(args[0])}'`;
      throw error;
    }
  },
});

// What the bytes 0x80 to 0x9f are in windows-1252, which "ascii" and "latin1" mean too. Node 20 reads them as ISO 8859-1;
// those without a meaning are the same in both.
const WINDOWS_1252 = "€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ";

const FullTextDecoder = new Proxy(TextDecoder, {
  construct(target, args: [string?, TextDecoderOptions?], newTarget) {
    const decoder = Reflect.construct(target, args, newTarget) as TextDecoder;
    if (decoder.encoding !== "windows-1252") return decoder;
    const decode: TextDecoder["decode"] = (input, options) =>
      TextDecoder.prototype.decode
        .call(decoder, input, options)
        .replace(/[\x80-\x9f]/g, (character) => WINDOWS_1252.charAt(character.charCodeAt(0) - 0x80));
    return Object.defineProperty(decoder, "decode", { value: decode, writable: true, configurable: true });
  },
});

/** Classes of the web that functions get in place of Node's. */
export const WEB_CLASSES = { Request: LenientRequest, TextDecoder: FullTextDecoder, URL: TellingURL } as const;
