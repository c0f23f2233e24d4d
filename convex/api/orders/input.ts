import { z } from "zod";
import { pageQuery } from "../paging";

const status = z.union([z.string(), z.null()]).describe("In your own words, at most 100 characters; `null` for none.");

export const ordersQuery = z.strictObject(pageQuery);

export const newOrderInput = z.strictObject({
  number: z.string().describe("1 to 256 characters. It finds the order whatever its case."),
  status: status.optional(),
});

export const orderChangeInput = z.strictObject({ status });
