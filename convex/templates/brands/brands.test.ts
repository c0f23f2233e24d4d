import { expect, it } from "vitest";
import { hardToSee, withoutEmpty } from "./rules";

const FINE = { name: "Laderthuis", imprint: ["Laderthuis B.V.", ""], accentColor: "#0f5c7a", tagline: " " };

it("keeps what is said and nothing else", () => {
  expect(withoutEmpty(FINE)).toEqual({
    ok: true,
    brand: { name: "Laderthuis", imprint: ["Laderthuis B.V."], accentColor: "#0f5c7a" },
  });
  expect(withoutEmpty({ name: " ", imprint: [" "] })).toEqual({ ok: true, brand: null });
});

it.each([
  [{ name: "" }, "name"],
  [{ name: "x".repeat(101) }, "name"],
  [{ accentColor: "red;background:url(x)" }, "accentColor"],
  [{ websiteUrl: "javascript:alert(1)" }, "websiteUrl"],
  [{ websiteUrl: "mailto:a@b.example" }, "websiteUrl"],
  [{ websiteUrl: "laderthuis.example" }, "websiteUrl"],
  [{ tagline: "x".repeat(201) }, "tagline"],
  [{ imprint: Array.from({ length: 9 }, (_, line) => String(line + 1)) }, "imprint"],
])("refuses %j", (change, field) => expect(withoutEmpty({ ...FINE, ...change })).toMatchObject({ ok: false, field }));

it.each([
  ["#0f5c7a", ["dark"]],
  ["#ffd400", ["light"]],
  ["#1f8fb8", []],
  ["nothing", []],
])("tells where %s is hard to see", (color, modes) => expect(hardToSee(color)).toEqual(modes));
