import { expect } from "vitest";
import type { WebhookRequest } from "../../convex/delivery/providers/types";
import { AT, SMS } from "./samples.ts";
import { basicOf, jsonOf } from "./stub-server.ts";
import { testAdapter, type ErrorRow } from "./suite.ts";
import { post, testWebhook, type WebhookPayload } from "./webhook-suite.ts";

// providers.md section 11.3.

const account = (url: string) => ({
  settings: { baseUrl: url, user: "haff-api", sender: "Haff" },
  secrets: { password: "ecall-geheim" },
});

const refusal = (status: number, parameter?: string) => ({
  status,
  body: {
    errorCode: "InvalidParameter",
    errorMessage: "The request is invalid.",
    errorDetails: { errors: parameter === undefined ? [] : [{ parameter, messages: [`${parameter} is not valid`] }] },
  },
});
const row = (name: string, answer: ErrorRow["answer"], errorClass: ErrorRow["class"]): ErrorRow => ({
  name,
  answer,
  class: errorClass,
});

testAdapter({
  provider: "ecall",
  account,
  message: SMS,
  accepts: { status: 201, body: { messageId: "ec-1" } },
  accepted: { providerMessageId: "ec-1" },
  requests: [
    {
      name: "posts the message with its case-sensitive names",
      expect(request) {
        expect(request).toMatchObject({ method: "POST", path: "/api/message" });
        expect(basicOf(request)).toBe("haff-api:ecall-geheim");
        expect(jsonOf(request)).toEqual({
          channel: "Sms",
          from: "Haff",
          to: "004915112345678",
          content: { type: "Text", text: SMS.text },
        });
      },
    },
    {
      name: "writes numbers as the account wants them",
      settings: { numberPrefix: "+" },
      expect(request) {
        expect(jsonOf(request)).toMatchObject({ to: "+4915112345678" });
      },
    },
  ],
  errors: [
    row("a wrong recipient", refusal(400, "To"), "invalid_address"),
    row("a wrong sender", refusal(400, "From"), "config"),
    row("something else", refusal(400, "Content.Text"), "permanent"),
    row("401", refusal(401), "config"),
    row("403, whatever it names", refusal(403, "To"), "config"),
    row("429", refusal(429), "rate_limited"),
    row("500", refusal(500), "transient"),
  ],
});

// Webhook: nothing about it is published.

function request(payload: WebhookPayload, at: number): WebhookRequest {
  if (!(payload instanceof URLSearchParams)) return post(payload, at);
  const url = `https://hub.example/hooks/provider/connection/secret?${payload}`;
  return { ...post("", at, { "content-type": "" }), url, method: "GET" };
}

const DATE = "2026-11-20T10:00:00Z";
const notice = (status: string) => ({ MessageId: "ec-1", Status: status, Address: "004915112345678", DoneDate: DATE });
const about = (status: string) => ({
  providerMessageId: "ec-1",
  eventId: `ec-1:${status}`,
  at: AT,
  address: "+4915112345678",
});

testWebhook({
  provider: "ecall",
  account: account("https://rest.ecall.ch"),
  request,
  samples: [
    { name: "delivered", payload: notice("delivered"), statuses: [{ kind: "delivered", ...about("delivered") }] },
    {
      name: "not delivered, by GET",
      payload: new URLSearchParams({
        jobid: "ec-1",
        status: "Not Delivered",
        date: DATE,
        address: "0049 151 12345678",
      }),
      statuses: [
        {
          kind: "failed",
          ...about("not delivered"),
          failure: { class: "permanent", code: "Not Delivered", reason: "eCall says: Not Delivered." },
        },
      ],
    },
    {
      name: "expired",
      payload: notice("expired"),
      statuses: [
        {
          kind: "failed",
          ...about("expired"),
          failure: { class: "transient", code: "expired", reason: "eCall says: expired." },
        },
      ],
    },
    { name: "sent", payload: notice("Transmitted"), statuses: [{ kind: "sent", ...about("transmitted") }] },
    { name: "accepted", payload: notice("accepted"), statuses: [{ kind: "queued", ...about("accepted") }] },
    {
      name: "a text",
      payload: { id: "in-1", from: "+41791234567", to: "963", text: "Guten Tag", date: DATE },
      inbound: [
        {
          channel: "sms",
          providerMessageId: "in-1",
          from: "+41791234567",
          to: "963",
          text: "Guten Tag",
          at: AT,
          media: [],
        },
      ],
    },
  ],
  unknown: [{}, notice("something new"), { id: "x" }, "not json", ""],
  malformed: [],
  signature: null,
});
