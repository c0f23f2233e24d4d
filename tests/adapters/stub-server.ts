import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";

/** A request as the stub read it. */
export type RecordedRequest = {
  method: string;
  /** Without the query. */
  path: string;
  query: URLSearchParams;
  /** Names in lower case. */
  headers: Record<string, string>;
  body: Buffer;
};

/** What the stub does with a request: an answer, or one of the ways not to give one. */
export type StubAnswer =
  | { status?: number; headers?: Record<string, string>; body?: string | object }
  /** Reads the request to its end, then breaks the connection. */
  | "reset"
  /** Reads the request and never answers. */
  | "hang"
  /** Starts an answer of status 200 and breaks the connection in the middle of its body. */
  | "cut_off";

type Answers = StubAnswer | ((request: RecordedRequest, count: number) => StubAnswer);

/**
 * An HTTP server on 127.0.0.1 and a random port that records what it is asked and answers as it is told. `close` and
 * `reset` are all there is to it: no provider's rules live here.
 */
export async function startStub() {
  const requests: RecordedRequest[] = [];
  const control: { answer: Answers } = { answer: { status: 200, body: {} } };
  const sockets = new Set<Socket>();
  const server = createServer((incoming, response) => {
    void record(incoming).then((request) => {
      requests.push(request);
      const { answer } = control;
      give(response, typeof answer === "function" ? answer(request, requests.length) : answer);
    });
  });
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    /** Forgets what was asked and answers like this from now on. */
    answer(answers: Answers) {
      requests.length = 0;
      control.answer = answers;
    },
    /** Stops listening; open connections, hanging ones too, are cut. */
    async stop() {
      const closed = once(server, "close");
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

export type Stub = Awaited<ReturnType<typeof startStub>>;

async function record(incoming: IncomingMessage): Promise<RecordedRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const url = new URL(incoming.url ?? "/", "http://stub");
  const headers = Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]);
  return {
    method: incoming.method ?? "",
    path: url.pathname,
    query: url.searchParams,
    headers: Object.fromEntries(headers) as Record<string, string>,
    body: Buffer.concat(chunks),
  };
}

function give(response: ServerResponse, answer: StubAnswer): void {
  if (answer === "hang") return;
  if (answer === "reset") {
    response.socket?.resetAndDestroy();
    return;
  }
  if (answer === "cut_off") {
    response.writeHead(200, { "Content-Type": "application/json", "Content-Length": "1000" });
    response.write("{", () => response.socket?.resetAndDestroy());
    return;
  }
  const { status = 200, headers = {}, body = "" } = answer;
  const isText = typeof body === "string";
  response.writeHead(status, { "Content-Type": isText ? "text/plain" : "application/json", ...headers });
  response.end(isText ? body : JSON.stringify(body));
}

/** The JSON of a request's body. */
export function jsonOf({ body }: RecordedRequest): unknown {
  return JSON.parse(body.toString("utf8"));
}

/** The fields of an urlencoded or multipart body, files as `File`. */
export async function formOf({ headers, body }: RecordedRequest): Promise<FormData> {
  return await new Response(Uint8Array.from(body), {
    headers: { "Content-Type": headers["content-type"] ?? "" },
  }).formData();
}

/** User and password of an HTTP Basic header, as "user:password". */
export function basicOf({ headers }: RecordedRequest): string {
  return Buffer.from((headers.authorization ?? "").replace(/^Basic /, ""), "base64").toString("utf8");
}

/** An address at which nobody listens. */
export async function deadUrl(): Promise<string> {
  const stub = await startStub();
  await stub.stop();
  return stub.url;
}
