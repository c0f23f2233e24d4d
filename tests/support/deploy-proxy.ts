import { createServer, request as send } from "node:http";
import type { AddressInfo } from "node:net";

export interface DeployProxy {
  url: string;
  /** What `wait_for_schema` answered so far. */
  schemaAnswers: { type: string; components?: Record<string, { indexesComplete: number; indexesTotal: number }> }[];
  close(): Promise<void>;
}

/**
 * Stands between the CLI and a backend and lets `wait_for_schema` poll after `pollMs` instead of ten seconds, so that
 * the progress of a short backfill is seen too.
 */
export async function startDeployProxy(targetUrl: string, pollMs: number): Promise<DeployProxy> {
  const target = new URL(targetUrl);
  const schemaAnswers: DeployProxy["schemaAnswers"] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const isPoll = request.url === "/api/deploy2/wait_for_schema";
    const body = isPoll
      ? Buffer.from(
          Buffer.concat(chunks)
            .toString("utf8")
            .replace(/"timeoutMs":\d+/, `"timeoutMs":${pollMs}`),
        )
      : Buffer.concat(chunks);
    const headers = { ...request.headers, "content-length": String(body.length) };
    delete headers["transfer-encoding"];
    const { hostname, port } = target;
    const forwarded = send({ hostname, port, path: request.url, method: request.method, headers }, (answer) => {
      const parts: Buffer[] = [];
      answer.on("data", (chunk: Buffer) => parts.push(chunk));
      answer.on("end", () => {
        const content = Buffer.concat(parts);
        if (isPoll) schemaAnswers.push(JSON.parse(content.toString("utf8")) as (typeof schemaAnswers)[number]);
        response.writeHead(answer.statusCode ?? 502, answer.headers).end(content);
      });
    });
    // The backend may be killed meanwhile; the CLI sees a broken connection, as it would without the proxy.
    forwarded.on("error", () => response.destroy());
    forwarded.end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    schemaAnswers,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
