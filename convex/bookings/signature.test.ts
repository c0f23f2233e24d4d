import { describe, expect, it } from "vitest";
import { Webhook } from "standardwebhooks";
import { hmacSha256Hex } from "../lib/crypto";
import { TOLERANCE_MS, verifyCalcom, verifyGeneric } from "./signature";

const SECRET = `whsec_${btoa("0123456789abcdef0123456789abcdef")}`;
const NOW = Date.UTC(2026, 9, 1, 12);
const BODY = '{"event":"booking.created","name":"Jörg"}';

/** Signed by the reference implementation of Standard Webhooks. */
function standard(at = NOW, secret = SECRET, body = BODY) {
  return new Headers({
    "webhook-id": "msg_1",
    "webhook-timestamp": String(Math.floor(at / 1000)),
    "webhook-signature": new Webhook(secret).sign("msg_1", new Date(at), body),
  });
}

async function hub(at = NOW, secret = SECRET) {
  const t = Math.floor(at / 1000);
  return new Headers({ "x-hub-signature": `t=${t},v1=${await hmacSha256Hex(secret, `${t}.${BODY}`)}` });
}

describe("the generic source", () => {
  it("accepts Standard Webhooks and hands on the event id", async () => {
    expect(await verifyGeneric(SECRET, standard(), BODY, NOW)).toEqual({ isValid: true, eventId: "msg_1" });
  });

  it("accepts either of two signatures during a key rotation", async () => {
    const headers = standard();
    headers.set("webhook-signature", `v1,${btoa("x".repeat(32))} v1a,abc ${headers.get("webhook-signature")}`);
    expect((await verifyGeneric(SECRET, headers, BODY, NOW)).isValid).toBe(true);
  });

  it("accepts X-Hub-Signature", async () => {
    expect(await verifyGeneric(SECRET, await hub(), BODY, NOW)).toEqual({ isValid: true });
  });

  it.each([
    ["another secret", () => standard(NOW, `whsec_${btoa("f".repeat(32))}`), BODY],
    ["another body", () => standard(), `${BODY} `],
    ["too old", () => standard(NOW - TOLERANCE_MS - 1000), BODY],
    ["from the future", () => standard(NOW + TOLERANCE_MS + 1000), BODY],
    ["no headers", () => new Headers(), BODY],
    ["rubbish", () => new Headers({ "webhook-id": "a", "webhook-timestamp": "x", "webhook-signature": "v1,%%" }), BODY],
    ["too old in the other scheme", async () => await hub(NOW - TOLERANCE_MS - 1000), BODY],
    ["another secret in the other scheme", async () => await hub(NOW, "else"), BODY],
  ])("refuses: %s", async (_, headers, body) => {
    expect(await verifyGeneric(SECRET, await headers(), body, NOW)).toEqual({ isValid: false });
  });

  it("accepts the very edge of the tolerance", async () => {
    expect((await verifyGeneric(SECRET, standard(NOW - TOLERANCE_MS), BODY, NOW)).isValid).toBe(true);
  });
});

describe("cal.com", () => {
  it("accepts the hex HMAC of the raw body", async () => {
    const headers = new Headers({ "x-cal-signature-256": await hmacSha256Hex("geheim", BODY) });
    expect(await verifyCalcom("geheim", headers, BODY)).toEqual({ isValid: true });
  });

  it.each([["no-secret-provided"], [""], ["0".repeat(64)], ["zz"]])("refuses %j", async (signature) => {
    const headers = new Headers({ "x-cal-signature-256": signature });
    expect(await verifyCalcom("geheim", headers, BODY)).toEqual({ isValid: false });
  });
});
