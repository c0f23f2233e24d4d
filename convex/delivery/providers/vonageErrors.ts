import type { ErrorClass, Failure } from "../schema";
import { failureOf, type Answer } from "./call";
import { asText, objectIn } from "../../lib/json";

// Codes of Vonage's Messages API, in answers and status webhooks alike: as published under developer.vonage.com
// api-errors/messages, and 1410 from providers.md 10.

const CODES: Record<ErrorClass, readonly number[]> = {
  rate_limited: [1000, 1241],
  invalid_address: [1040, 1170, 1190, 1300, 1410],
  opted_out: [1240],
  config: [1060, 1070, 1080, 1110, 1120, 1140, 1160, 1350, 1370],
  // 1320: the same message was sent before; once more would be twice.
  permanent: [1010, 1020, 1021, 1022, 1050, 1090, 1130, 1150, 1200, 1210, 1250, 1260, 1270, 1280, 1310, 1320],
  transient: [1030, 1100, 1180, 1220, 1230, 1290, 1330, 1360],
  window_closed: [1340],
};

const CLASS_OF = new Map(
  (Object.entries(CODES) as [ErrorClass, readonly number[]][]).flatMap(([errorClass, codes]) =>
    codes.map((code) => [String(code), errorClass] as const),
  ),
);

/** The failure in the `error` of a status: its title is the code. */
export function vonageFailure(title: string | undefined, detail: string | undefined): Failure {
  return {
    class: CLASS_OF.get(title ?? "") ?? "permanent",
    ...(title === undefined ? {} : { code: title }),
    reason: detail ?? (title === undefined ? "Vonage gave no reason." : `Vonage error ${title}.`),
  };
}

/** The failure in an answer (RFC 7807): the code stands behind the # of `type`, or is the title. */
export function vonageAnswerFailure(answer: Answer): Failure {
  const fields = objectIn(answer.text);
  const [type, title, detail] = [asText(fields.type), asText(fields.title), asText(fields.detail)];
  const code = /#([\w-]+)$/.exec(type ?? "")?.[1] ?? (/^\d{4}$/.test(title ?? "") ? title : undefined);
  const listed = CLASS_OF.get(code ?? "");
  const isOk = answer.status < 300;
  return failureOf(answer, {
    class: listed ?? (isOk ? "config" : undefined),
    code,
    reason: detail ?? title ?? (isOk ? "This is not Vonage's API." : undefined),
  });
}
