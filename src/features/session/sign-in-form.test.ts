import { describe, expect, it } from "vitest";
import { problemsOf } from "./sign-in-form";

const good = { email: "mira@example.com", password: "a-long-password", name: "Mira" };

describe("problemsOf", () => {
  it("lets a complete form through", () => {
    expect(problemsOf("signIn", { ...good, name: "" })).toEqual({});
    expect(problemsOf("signUp", good)).toEqual({});
  });

  it("holds only new passwords to the length", () => {
    expect(problemsOf("signUp", { ...good, password: "short" })).toEqual({ password: "passwordShort" });
    expect(problemsOf("signIn", { ...good, password: "short" })).toEqual({});
  });

  it("names every empty field", () => {
    const empty = { email: " ", password: "", name: " " };
    expect(problemsOf("signIn", empty)).toEqual({ email: "emailMissing", password: "passwordMissing" });
    expect(problemsOf("signUp", empty)).toEqual({
      email: "emailMissing",
      password: "passwordShort",
      name: "nameMissing",
    });
  });
});
