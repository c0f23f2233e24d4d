import fc from "fast-check";
import { expect, it } from "vitest";
import { ordersNamed } from "./recognise";

const named = (text: string, ...numbers: string[]) =>
  ordersNamed(
    text,
    numbers.map((number) => ({ number })),
  );

it.each([
  ["Where is order 471100?", ["471100"], ["471100"]],
  ["Where is order 4711001?", ["471100"], []],
  ["sb-2024-0017 und SB-2024-0016", ["SB-2024-0016", "SB-2024-0017"], ["SB-2024-0017", "SB-2024-0016"]],
  ["SB-2024-0017-2", ["SB-2024-0017"], []],
  ["XSB-2024-0017", ["SB-2024-0017"], []],
  ["Zu SB‑2024–0017.", ["SB-2024-0017"], ["SB-2024-0017"]],
  ["(A12)", ["A12"], ["A12"]],
  ["Kurs 2026", ["2026"], []],
  ["Bestellung Nr. 2026!", ["2026"], ["2026"]],
  ["#7", ["7"], ["7"]],
  ["7 Leute", ["7"], []],
  ["my order: 7", ["7"], ["7"]],
  ["disorder 7", ["7"], []],
  ["Preis 19.950", ["19.95", "950"], []],
  ["ab  12 c", ["AB 12 C"], ["AB 12 C"]],
  ["Sommer", ["Sommer"], []],
  ["Auftrag Sommer", ["Sommer"], ["Sommer"]],
  ["", ["1"], []],
] as const)("%j names of %j: %j", (text, numbers, expected) => {
  expect(named(text, ...numbers)).toEqual(expected);
});

it("finds any long enough number among other words, and none in a longer one", () => {
  const digits = fc.stringMatching(/^[1-9][0-9]{4,9}$/);
  fc.assert(
    fc.property(
      digits,
      fc.constantFrom(" ", ",", "(", ": ", "\n"),
      fc.stringMatching(/^[0-9]$/),
      (number, around, more) => {
        expect(named(`Hallo${around}${number}${around}danke`, number)).toEqual([number]);
        expect(named(`Hallo ${number}${more} ${more}${number}`, number)).toEqual([]);
      },
    ),
  );
});
