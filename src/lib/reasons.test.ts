import { expect, test } from "vitest";
import { RULE_ENDS } from "../../convex/sequences/flow/rules";
import en from "../locales/en.json";

test("every way out of a journey before its end has its words", () => {
  for (const end of ["taken_out", "message_failed", ...RULE_ENDS]) expect(Object.keys(en.skipReasons)).toContain(end);
});
