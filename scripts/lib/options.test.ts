import { describe, expect, test } from "vitest";
import { parseOptions } from "./options.ts";

describe("parseOptions", () => {
  test("nothing said means the documented defaults", () => {
    expect(parseOptions([])).toEqual({
      host: "127.0.0.1",
      port: 3210,
      sitePort: 3211,
      publicUrl: undefined,
      publicSiteUrl: undefined,
      dataDir: ".switchboard",
      seed: true,
      testClock: undefined,
      logLevel: undefined,
      help: false,
    });
  });

  test("the test clock stands now or at an instant", () => {
    expect(parseOptions(["--test-clock"]).testClock).toEqual({});
    expect(parseOptions(["--test-clock=2026-10-25T01:00:00Z"]).testClock).toEqual({ startMs: 1792890000000 });
    expect(parseOptions(["--test-clock", "--port", "1"])).toMatchObject({ testClock: {}, port: 1 });
  });

  test.each([
    [["--port", "x"], `--port must be a number from 0 to 65535, not "x".`],
    [["--site-port=70000"], `--site-port must be a number from 0 to 65535, not "70000".`],
    [["--test-clock=soon"], `--test-clock must be an ISO instant such as 2026-10-20T08:00:00Z, not "soon".`],
    [["--public-url=x"], `--public-url must be an address such as https://switchboard.example.com, not "x".`],
    [["--log-level=loud"], `--log-level must be one of debug, info, warn, error, not "loud".`],
    [["--unknown"], "Unknown option '--unknown'"],
  ])("%j is refused in one sentence", (args, sentence) => {
    expect(() => parseOptions(args)).toThrow(sentence);
  });
});
