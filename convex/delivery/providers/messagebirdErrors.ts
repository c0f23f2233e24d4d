import type { ErrorClass, Failure } from "../schema";
import { failureOf, type Answer } from "./call";
import { asNumber, asObjects, asText, objectIn } from "../../lib/json";

// What MessageBird's codes mean (providers.md 11.1). Bird's SMS channel passes the same carrier codes on (11.2).

const API_CODES: Partial<Record<number, ErrorClass>> = {
  2: "config",
  9: "permanent",
  20: "permanent",
  21: "permanent",
  25: "config",
  98: "config",
  99: "transient",
};
/** A parameter is invalid: which one decides whose fault it is. */
const INVALID_PARAMETER = 10;

/** The failure in an answer's `errors`, else by the HTTP status. */
export function messagebirdAnswerFailure(answer: Answer): Failure {
  const [error] = asObjects(objectIn(answer.text).errors);
  const code = asNumber(error?.code);
  const parameter = asText(error?.parameter) ?? "";
  const listed = code === INVALID_PARAMETER ? classOfParameter(parameter) : API_CODES[code ?? -1];
  return failureOf(answer, {
    class: answer.status === 429 ? "rate_limited" : (listed ?? (answer.status < 300 ? "config" : undefined)),
    code: code?.toString(),
    reason: asText(error?.description),
  });
}

function classOfParameter(parameter: string): ErrorClass {
  if (/^recipients?/i.test(parameter)) return "invalid_address";
  return /^originator/i.test(parameter) ? "config" : "permanent";
}

/** Codes carriers give: the number does not exist, or does not take messages at all. */
const DEAD_NUMBER: readonly string[] = ["1", "9", "12"];
const OPTED_OUT: readonly string[] = ["103", "104"];

/** The failure of a message a carrier did not deliver, by its code and words. */
export function carrierFailure(code: string | undefined, reason: string | undefined): Failure {
  const words = reason ?? "";
  const isDead = DEAD_NUMBER.includes(code ?? "") || /unknown.subscriber/i.test(words);
  const hasOptedOut = OPTED_OUT.includes(code ?? "") || /opted.out/i.test(words);
  const errorClass = hasOptedOut ? "opted_out" : isDead ? "invalid_address" : "permanent";
  return {
    class: errorClass,
    ...(code === undefined || code === "" ? {} : { code }),
    reason: words || "The carrier gave no reason.",
  };
}
