import { expect } from "vitest";
import { api } from "../fixtures/contract/convex/_generated/api.js";
import type { Contract } from "./contract.ts";

/** HTTP actions and their router (convex-facts b.5). */
export function httpCases(contract: Contract): void {
  contract.case("bodies and headers go through in both directions", async (backend) => {
    const body = new Uint8Array([0, 200, 13, 10]);
    const response = await backend.fetch("/echo", {
      method: "POST",
      body,
      headers: { "Content-Type": "application/x-test" },
    });
    expect([response.status, response.headers.get("content-type"), response.headers.get("x-seen")]).toEqual([
      201,
      "application/x-test",
      "yes",
    ]);
    expect(new Uint8Array(await response.arrayBuffer())).toEqual(body);
  });

  contract.case("an exact path wins over a prefix; a prefix sees the whole address", async (backend, kind) => {
    const own = kind.replaceAll(" ", "-");
    await backend.mutation(api.documents.insert, { kind: own, rows: [{ a: 1 }] });
    expect(await (await backend.fetch(`/things/${own}?limit=5`)).json()).toEqual({ rows: [1], limit: "5" });
    expect(await (await backend.fetch("/things/exact")).text()).toBe("the exact path wins");
  });

  contract.case("what no route matches is not found", async (backend) => {
    for (const [path, method] of [
      ["/nowhere", "GET"],
      ["/echo", "GET"],
    ] as const) {
      expect((await backend.fetch(path, { method })).status).toBe(404);
    }
  });
}
