import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { listen, localUrl } from "./listen.ts";
import { requireSupportedNode } from "./node-version.ts";

test.each(["18.20.0", "20.18.3", "16.0.0"])("Node %s is refused in one sentence", (version) => {
  expect(() => requireSupportedNode(version)).toThrow(
    `Switchboard needs Node 20.19 or newer; this is Node ${version}.`,
  );
});

test.each(["20.19.0", "20.20.2", "22.1.0"])("Node %s will do", (version) => {
  expect(() => requireSupportedNode(version)).not.toThrow();
});

test("a taken port is named together with the option that changes it", async () => {
  const first = createServer();
  const port = await listen(first, "127.0.0.1", 0, "--port");
  expect((first.address() as AddressInfo).port).toBe(port);
  await expect(listen(createServer(), "127.0.0.1", port, "--site-port")).rejects.toThrow(
    `Port ${port} is already in use; stop the other program or choose another with --site-port.`,
  );
  first.close();
});

test("every address has a URL that this machine can open", () => {
  expect(localUrl("127.0.0.1", 1)).toBe("http://127.0.0.1:1");
  expect(localUrl("0.0.0.0", 1)).toBe("http://127.0.0.1:1");
  expect(localUrl("::1", 1)).toBe("http://[::1]:1");
});
