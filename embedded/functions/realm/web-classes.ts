// Node's own `URL` and `Request`, with two differences to Convex's evened out.

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

/** Classes of the web that functions get in place of Node's. */
export const WEB_CLASSES = { Request: LenientRequest, URL: TellingURL } as const;
