import { describe, expect, it } from "vitest";
import { readCredentials, signInError } from "./credentials";
import { asAppError } from "./errors";

const GOOD = { flow: "signUp", email: " Erika@Muster.Example ", password: "ein langes Wort", name: " Erika " };

function refusal(params: Record<string, unknown>) {
  try {
    readCredentials(params);
  } catch (thrown) {
    return asAppError(thrown);
  }
  return null;
}

describe("credentials", () => {
  it("come out trimmed, the address in lower case, the password untouched", () => {
    expect(readCredentials(GOOD)).toEqual({
      flow: "signUp",
      email: "erika@muster.example",
      password: "ein langes Wort",
      name: "Erika",
    });
  });

  it.each([
    [{ ...GOOD, password: "neunzeich" }, "password", "at least 10"],
    [{ ...GOOD, password: "" }, "password", "Enter your password"],
    [{ ...GOOD, password: 7 }, "password", "Enter your password"],
    [{ ...GOOD, password: "x".repeat(201) }, "password", "at most 200"],
    [{ ...GOOD, email: "erika" }, "email", "complete e-mail"],
    [{ ...GOOD, email: undefined }, "email", "complete e-mail"],
    [{ ...GOOD, flow: "reset" }, "flow", "Unknown way"],
  ])("are refused with field and reason: %j", (params, field, message) => {
    expect(refusal(params)).toMatchObject({ code: "invalid", field });
    expect(refusal(params)?.message).toContain(message);
  });

  it("of old accounts may be shorter than new ones must be", () => {
    expect(refusal({ ...GOOD, flow: "signIn", password: "kurz" })).toBeNull();
  });
});

it("answers a wrong address and a wrong password alike", () => {
  const [address, password] = ["InvalidAccountId", "InvalidSecret"].map((text) =>
    asAppError(signInError(new Error(text))),
  );
  expect(address).toEqual(password);
  expect(address?.code).toBe("unauthenticated");
});

it("knows the library's other errors and passes unknown ones on", () => {
  expect(asAppError(signInError(new Error("TooManyFailedAttempts")))?.code).toBe("rate_limited");
  expect(asAppError(signInError(new Error("Account a@b.c already exists")))?.code).toBe("conflict");
  const other = new Error("disk full");
  expect(signInError(other)).toBe(other);
});
