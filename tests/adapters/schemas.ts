import { Ajv, type AnySchema } from "ajv";
import { readFileSync } from "node:fs";
import { expect } from "vitest";

// Trimmed from the providers' published specifications: names and types of the fields we use, nothing else allowed.
const ajv = new Ajv({ allErrors: true, strict: true, strictRequired: false, allowUnionTypes: true });

/** Fails unless `value` satisfies the schema `specs/<file>.json`. */
export function expectValid(file: string, value: unknown): void {
  const path = new URL(`specs/${file}.json`, import.meta.url);
  const schema = JSON.parse(readFileSync(path, "utf8")) as AnySchema;
  const validate = ajv.getSchema(file) ?? ajv.compile({ ...(schema as object), $id: file });
  const isValid = validate(value);
  expect(validate.errors ?? [], file).toEqual([]);
  expect(isValid).toBe(true);
}
