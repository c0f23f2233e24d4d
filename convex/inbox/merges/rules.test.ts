import { expect, it } from "vitest";
import { MAX_SOURCES, stayingOf, togetherProblem } from "./rules";

const one = (number: number, contactId: string | undefined = "max", isOpen = true) => ({ number, contactId, isOpen });

it("makes one of one customer's conversations only, and of so many at most", () => {
  expect(togetherProblem([one(1), one(2)])).toBeNull();
  expect(togetherProblem([one(1)])).toBe("too_few");
  expect(togetherProblem([one(1), one(2, "eva")])).toBe("customers_differ");
  expect(togetherProblem([one(1), { number: 2, isOpen: true }])).toBe("no_customer");
  const many = Array.from({ length: MAX_SOURCES + 1 }, (_, number) => one(number));
  expect(togetherProblem(many)).toBeNull();
  expect(togetherProblem([...many, one(99)])).toBe("too_many");
});

it("keeps the oldest open one, the oldest of closed ones", () => {
  expect(stayingOf([one(3), one(1, "max", false), one(2)])?.number).toBe(2);
  expect(stayingOf([one(3, "max", false), one(1, "max", false)])?.number).toBe(1);
  expect(stayingOf([])).toBeUndefined();
});
