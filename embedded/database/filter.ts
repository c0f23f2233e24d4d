import type { JSONValue, Value } from "convex/values";
import { DeveloperError } from "../errors.ts";
import { compareConvex } from "../value/compare.ts";
import { decodeValue, fieldAt } from "../value/document.ts";

type Evaluate = (doc: Record<string, Value>) => Value | undefined;

const MIN_INT64 = -(2n ** 63n);
const MAX_INT64 = 2n ** 63n - 1n;

const COMPARISONS: Record<string, (order: number) => boolean> = {
  $eq: (order) => order === 0,
  $neq: (order) => order !== 0,
  $lt: (order) => order < 0,
  $lte: (order) => order <= 0,
  $gt: (order) => order > 0,
  $gte: (order) => order >= 0,
};

const ARITHMETIC: Record<string, { float(a: number, b: number): number; int(a: bigint, b: bigint): bigint }> = {
  $add: { float: (a, b) => a + b, int: (a, b) => a + b },
  $sub: { float: (a, b) => a - b, int: (a, b) => a - b },
  $mul: { float: (a, b) => a * b, int: (a, b) => a * b },
  $div: { float: (a, b) => a / b, int: (a, b) => a / nonZero(b) },
  $mod: { float: (a, b) => a % b, int: (a, b) => a % nonZero(b) },
};

/**
 * Turns a filter expression (convex-facts d.3) into a predicate. Throws DeveloperError for a malformed expression; the
 * predicate throws DeveloperError `EvalError` for operands of the wrong type.
 */
export function compileFilter(expression: JSONValue): (doc: Record<string, Value>) => boolean {
  const evaluate = compile(expression);
  return (doc) => requireBoolean(evaluate(doc), "filter");
}

/** A JSON value that may also be `{"$undefined": null}`. */
export function decodeOrUndefined(json: JSONValue | undefined): Value | undefined {
  if (json === undefined || isUndefinedJson(json)) return undefined;
  return decodeValue(json).value;
}

export function isUndefinedJson(json: JSONValue): boolean {
  return typeof json === "object" && json !== null && !Array.isArray(json) && Object.hasOwn(json, "$undefined");
}

function compile(expression: JSONValue): Evaluate {
  if (typeof expression !== "object" || expression === null || Array.isArray(expression)) {
    const literal = decodeOrUndefined(expression);
    return () => literal;
  }
  const [operator] = Object.keys(expression);
  if (operator === undefined) throw malformed(expression);
  const operand = expression[operator] ?? null;
  const comparison = COMPARISONS[operator];
  if (comparison !== undefined) {
    const [left, right] = compilePair(operator, operand);
    return (doc) => comparison(compareConvex(left(doc), right(doc)));
  }
  if (ARITHMETIC[operator] !== undefined) return compileArithmetic(operator, operand);
  switch (operator) {
    case "$field":
      return compileField(operand);
    case "$literal": {
      const literal = decodeOrUndefined(operand);
      return () => literal;
    }
    case "$not": {
      const inner = compile(operand);
      return (doc) => !requireBoolean(inner(doc), operator);
    }
    case "$neg": {
      const inner = compile(operand);
      return (doc) => negate(inner(doc));
    }
    case "$and":
    case "$or":
      return compileLogic(operator, operand);
    default:
      throw malformed(expression);
  }
}

function compileLogic(operator: "$and" | "$or", operand: JSONValue): Evaluate {
  if (!Array.isArray(operand)) throw malformed(operand);
  const parts = operand.map(compile);
  const isDecided = operator === "$or";
  return (doc) => {
    for (const part of parts) if (requireBoolean(part(doc), operator) === isDecided) return isDecided;
    return !isDecided;
  };
}

function compileField(operand: JSONValue): Evaluate {
  if (typeof operand !== "string") throw malformed(operand);
  const path = operand.split(".");
  return (doc) => fieldAt(doc, path);
}

function compileArithmetic(operator: string, operand: JSONValue): Evaluate {
  const [left, right] = compilePair(operator, operand);
  return (doc) => {
    const [a, b] = [left(doc), right(doc)];
    const operation = ARITHMETIC[operator];
    if (operation !== undefined && typeof a === "number" && typeof b === "number") return operation.float(a, b);
    if (operation !== undefined && typeof a === "bigint" && typeof b === "bigint") return inRange(operation.int(a, b));
    throw evalError(`${operator} needs two int64 or two float64 values`);
  };
}

function compilePair(operator: string, operand: JSONValue): [Evaluate, Evaluate] {
  const [left, right] = Array.isArray(operand) ? operand : [];
  if (left === undefined || right === undefined) throw malformed({ [operator]: operand });
  return [compile(left), compile(right)];
}

function negate(value: Value | undefined): Value {
  if (typeof value === "number") return -value;
  if (typeof value === "bigint") return inRange(-value);
  throw evalError("$neg needs a number");
}

function nonZero(divisor: bigint): bigint {
  if (divisor === 0n) throw evalError("division by zero");
  return divisor;
}

function inRange(value: bigint): bigint {
  if (value < MIN_INT64 || value > MAX_INT64) throw evalError("int64 overflow");
  return value;
}

function requireBoolean(value: Value | undefined, operator: string): boolean {
  if (typeof value !== "boolean") throw evalError(`${operator} needs a boolean`);
  return value;
}

function evalError(cause: string): DeveloperError {
  return new DeveloperError("EvalError", `Error evaluating a filter expression: ${cause}`);
}

function malformed(expression: JSONValue): DeveloperError {
  return new DeveloperError("InvalidFilter", `Malformed filter expression: ${JSON.stringify(expression)}`);
}
