import { describe, expect, it } from "vitest";
import type { ErrorClass } from "../schema";
import { classifySmtpError } from "./smtpErrors";

const reply = (response: string, code = "EENVELOPE") => ({
  message: "refused",
  code,
  response,
  responseCode: Number(response.slice(0, 3)),
});
const noReply = (code: string) => ({ message: "gone", code });

// The rows of the table in providers.md section 2.
const ROWS: [string, Parameters<typeof classifySmtpError>[0], ErrorClass][] = [
  ["421", reply("421 4.3.2 shutting down"), "transient"],
  ["450 greylisting", reply("450 4.2.0 greylisted, come back later"), "transient"],
  ["451", reply("451 4.3.0 local error"), "transient"],
  ["452", reply("452 4.3.1 insufficient storage"), "transient"],
  ["4.7.x rate", reply("450 4.7.1 sending rate exceeded"), "rate_limited"],
  ["4.7.x throttled", reply("451 4.7.500 throttled"), "rate_limited"],
  ["421 4.7.28", reply("421 4.7.28 unusual amount of mail"), "rate_limited"],
  ["550 5.1.1", reply("550 5.1.1 user unknown"), "invalid_address"],
  ["550 5.1.2", reply("550-5.1.2 bad host"), "invalid_address"],
  ["553 5.1.3", reply("553 5.1.3 bad address syntax"), "invalid_address"],
  ["550 5.1.10", reply("550 5.1.10 recipient not found"), "invalid_address"],
  ["551 without detail", reply("551 user not local"), "invalid_address"],
  ["553 without detail", reply("553 mailbox name not allowed"), "invalid_address"],
  ["550 in words only", reply("550 No such user here"), "invalid_address"],
  ["550 5.0.0 in words", reply("550 5.0.0 max@example.org: User unknown"), "invalid_address"],
  ["554 in other words", reply("554 Message refused"), "permanent"],
  ["552 5.2.2 full", reply("552 5.2.2 mailbox full"), "transient"],
  ["552 5.3.4 too big", reply("552 5.3.4 message too big", "EMESSAGE"), "permanent"],
  ["554 5.7.0 policy", reply("554 5.7.0 looks like spam", "EMESSAGE"), "permanent"],
  ["550 5.7.26", reply("550 5.7.26 unauthenticated mail", "EMESSAGE"), "config"],
  ["550 5.7.1 SPF", reply("550 5.7.1 SPF check failed", "EMESSAGE"), "config"],
  ["550 5.7.1 other", reply("550 5.7.1 relaying denied"), "permanent"],
  ["EAUTH", reply("535 5.7.8 bad credentials", "EAUTH"), "config"],
  ["ENOAUTH", noReply("ENOAUTH"), "config"],
  ["530", reply("530 5.7.0 authentication required"), "config"],
  ["ETLS", noReply("ETLS"), "config"],
  ["EDNS", noReply("EDNS"), "transient"],
  ["ETIMEDOUT before DATA", noReply("ETIMEDOUT"), "transient"],
  ["ECONNECTION before DATA", noReply("ECONNECTION"), "transient"],
  ["a malformed envelope", noReply("EENVELOPE"), "permanent"],
];

describe("classifySmtpError", () => {
  it.each(ROWS)("%s", (_, error, expected) => {
    expect(classifySmtpError(error, false)).toMatchObject({ kind: "refused", failure: { class: expected } });
  });

  it("calls a connection lost while the message flowed lost, not refused", () => {
    expect(classifySmtpError(noReply("ECONNECTION"), true)).toEqual({ kind: "lost", reason: "gone" });
    expect(classifySmtpError(noReply("ETIMEDOUT"), true).kind).toBe("lost");
    // A reply, even to the finished message, is an answer.
    expect(classifySmtpError(reply("451 4.3.0 try later", "EMESSAGE"), true)).toMatchObject({ kind: "refused" });
  });

  it("keeps the server's code and words", () => {
    const result = classifySmtpError(reply("550 5.1.1 user unknown"), false);
    expect(result).toMatchObject({ failure: { code: "550 5.1.1", reason: "550 5.1.1 user unknown" } });
  });
});
