import { describe, expect, it } from "vitest";
import { instantOfLocal, localOfInstant } from "./local-time";

const ZONE = "Europe/Berlin";

describe("local times of a venue", () => {
  it("go there and back", () => {
    const at = Date.UTC(2026, 3, 4, 7, 0);
    expect(localOfInstant(at, ZONE)).toBe("2026-04-04T09:00");
    expect(instantOfLocal("2026-04-04T09:00", ZONE)).toBe(at);
  });

  // product.md 4.2 rule 11
  it("move forward where the clock skips and mean the first where it doubles", () => {
    expect(instantOfLocal("2026-03-29T02:30", ZONE)).toBe(Date.UTC(2026, 2, 29, 1, 30));
    expect(instantOfLocal("2026-10-25T02:30", ZONE)).toBe(Date.UTC(2026, 9, 25, 0, 30));
  });

  it("are null when half typed", () => {
    expect(instantOfLocal("", ZONE)).toBeNull();
    expect(instantOfLocal("2026-13-40T99:00", ZONE)).toBeNull();
  });
});
