import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { StartError } from "./start-error.ts";

/** What is running at a stop may take this long; the person at the terminal is waiting. */
export const STOP_GRACE_MS = 3000;

/**
 * Listens and resolves to the port. Throws StartError when the port is taken or not allowed; `option` is the flag that
 * changes it.
 */
export function listen(server: Server, host: string, port: number, option: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const onError = (error: NodeJS.ErrnoException) => reject(refusal(error, host, port, option));
    server.once("error", onError);
    server.listen(port, host, () => {
      server.removeListener("error", onError);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

function refusal(error: NodeJS.ErrnoException, host: string, port: number, option: string): Error {
  const { code = "" } = error;
  switch (code) {
    case "EADDRINUSE":
      return new StartError(`Port ${port} is already in use; stop the other program or choose another with ${option}.`);
    case "EACCES":
      return new StartError(`Port ${port} needs special rights; choose one above 1023 with ${option}.`);
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
      return new StartError(`Cannot listen on ${host}: this machine has no such address (--host).`);
    default:
      return error;
  }
}

/** Stops accepting, lets running requests end for `graceMs`, then cuts what is left. */
export async function shutDown(server: Server, graceMs: number): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const timer = setTimeout(() => server.closeAllConnections(), graceMs);
  await closed;
  clearTimeout(timer);
}

/** The URL by which this machine reaches a server listening on `host`. */
export function localUrl(host: string, port: number): string {
  const isWildcard = host === "0.0.0.0" || host === "::";
  const name = isWildcard ? "127.0.0.1" : host.includes(":") ? `[${host}]` : host;
  return `http://${name}:${port}`;
}
