"use node";

import { v } from "convex/values";
import { decryptSecret } from "../lib/crypto";
import { internalAction } from "../lib/functions";
import { guardedFetch } from "../lib/guardedFetch";
import { vCallResult, vSevdeskCall, type CallResult } from "./schema";

const TIMEOUT_MS = 20_000;
/** A page of five hundred addresses has a few hundred kilobytes. */
const MAX_ANSWER_BYTES = 5_000_000;
const SECOND_MS = 1_000;

/**
 * Calls sevDesk once, at an address somebody entered: only public ones, and this machine where the deployment allows it
 * (providers.md section 18). Never throws for what the network or sevDesk says: that is a result. The token has no
 * "Bearer" before it (providers.md 16).
 */
export const call = internalAction({
  args: { baseUrl: v.string(), encryptedToken: v.string(), call: vSevdeskCall },
  returns: vCallResult,
  handler: async (_ctx, { baseUrl, encryptedToken, call: { method, path, body } }): Promise<CallResult> => {
    const token = await decryptSecret(encryptedToken);
    try {
      const { status, text, headers, isCut } = await guardedFetch(`${baseUrl}${path}`, {
        method,
        headers: {
          Authorization: token,
          Accept: "application/json",
          "User-Agent": "Switchboard/1",
          ...(body === undefined ? {} : { "Content-Type": "application/json" }),
        },
        body,
        timeoutMs: TIMEOUT_MS,
        maxAnswerBytes: MAX_ANSWER_BYTES,
      });
      if (isCut) return { kind: "none", reason: "The answer was too long or broke off." };
      const seconds = Number(headers["retry-after"]);
      const isTold = Number.isFinite(seconds) && seconds > 0;
      return { kind: "answer", status, text, ...(isTold ? { retryAfterMs: seconds * SECOND_MS } : {}) };
    } catch (thrown) {
      return { kind: "none", reason: thrown instanceof Error ? thrown.message : String(thrown) };
    }
  },
});
