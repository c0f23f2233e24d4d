"use node";

import { connect, type Socket } from "node:net";
import { getEnv } from "../../lib/env";
import { GuardedFetchError, isAllowedLoopback, publicAddressOf } from "../../lib/guardedFetch";
import { REFUSED_ADDRESS } from "./call";

type Place = { host: string; port: number; timeoutMs: number };
type Done = (error: Error | null, socketOptions: { connection: Socket } | false) => void;

/**
 * How nodemailer's pool gets its connections to a server somebody entered (providers.md section 18): the name is looked
 * up here, every address it has must be public, and the connection goes to exactly that one; the certificate is checked
 * against the name as ever. Servers in the deployment's own network are reached where SMTP_ALLOW_PRIVATE allows it, this
 * machine also by WEBHOOKS_ALLOW_LOOPBACK. Fails with the code REFUSED_ADDRESS before anything leaves.
 */
export function guardedSocket(place: Place): (options: unknown, done: Done) => void {
  return (_options, done) => {
    // false: nodemailer connects by itself.
    if (getEnv("SMTP_ALLOW_PRIVATE") === "true" || isAllowedLoopback(`http://${place.host}`)) return done(null, false);
    openPinned(place).then(
      (connection) => done(null, { connection }),
      (thrown: unknown) => done(asSmtpFailure(thrown), false),
    );
  };
}

async function openPinned({ host, port, timeoutMs }: Place): Promise<Socket> {
  const { address } = await publicAddressOf(host);
  return await new Promise((resolve, reject) => {
    const socket = connect({ host: address, port, timeout: timeoutMs });
    socket.once("timeout", () => socket.destroy(Object.assign(new Error("Connection timeout"), { code: "ETIMEDOUT" })));
    socket.once("error", reject);
    socket.once("connect", () => {
      // From here on nodemailer watches it.
      socket.removeAllListeners("timeout").removeListener("error", reject).setTimeout(0);
      resolve(socket);
    });
  });
}

function asSmtpFailure(thrown: unknown): Error {
  if (thrown instanceof GuardedFetchError) {
    return Object.assign(new Error(thrown.message), { code: thrown.kind === "refused" ? REFUSED_ADDRESS : "EDNS" });
  }
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
