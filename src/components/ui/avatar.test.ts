import { describe, expect, it } from "vitest";
import { initials } from "./avatar";

describe("initials", () => {
  it("takes the first and the last word", () => {
    expect(initials("Mira Sommer")).toBe("MS");
    expect(initials("Ana  Maria da Silva")).toBe("AS");
    expect(initials("öztürk")).toBe("Ö");
  });

  it("has a sign for somebody without a name", () => {
    expect(initials("  ")).toBe("?");
  });
});
