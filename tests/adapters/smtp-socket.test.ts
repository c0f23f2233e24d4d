import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { smtpAdapter } from "../../convex/delivery/providers/smtp";
import type * as Guarded from "../../convex/lib/guardedFetch";
import { startSmtpServer } from "../support/smtp.ts";
import { EMAIL } from "./samples.ts";

// The name of the server leads to a stub on loopback: what a public name does, without a network.
vi.mock("../../convex/lib/guardedFetch", async (original) => ({
  ...(await original<typeof Guarded>()),
  publicAddressOf: async (host: string) => {
    if (host !== "mail.example.org") throw new Error(`unexpected ${host}`);
    return await Promise.resolve({ address: "127.0.0.1", family: 4 });
  },
}));

let smtp: Awaited<ReturnType<typeof startSmtpServer>>;
beforeEach(async () => {
  smtp = await startSmtpServer();
});
afterEach(async () => {
  await smtp.stop();
});

it("sends and checks over a connection to the address that was looked up, several mails on one", async () => {
  const settings = { host: "mail.example.org", port: smtp.port, ignoreTls: true };
  const adapter = smtpAdapter({ settings, secrets: {}, timeoutMs: 600 });
  expect(await adapter.check?.()).toBeNull();
  for (const messageId of ["a@haff.example", "b@haff.example"]) {
    expect(await adapter.send({ ...EMAIL, messageId })).toEqual({ kind: "accepted", providerMessageId: messageId });
  }
  adapter.close();
  expect(smtp.received).toHaveLength(2);
});

it("says that the network failed when nobody listens there", async () => {
  await smtp.stop();
  const settings = { host: "mail.example.org", port: smtp.port, ignoreTls: true };
  const adapter = smtpAdapter({ settings, secrets: {}, timeoutMs: 600 });
  expect(await adapter.send(EMAIL)).toMatchObject({
    kind: "refused",
    failure: { class: "transient", code: "ECONNREFUSED" },
  });
  adapter.close();
});
