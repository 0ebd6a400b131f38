import { expect, it } from 'vitest';
import { floorOf, usesOf } from '../../bench/aws/floor.ts';

const BUNDLE = `
import { createHash } from "node:crypto";
import * as z from "zod";
import middy from "@middy/core";
import unused from "left-pad";
import {
  DynamoDBClient,
  PutItemCommand as PutItemCommand2,
  GetItemCommand
} from "@aws-sdk/client-dynamodb";
import * as z2 from "zod";
import "side-effect";
var text = z.string();
var more = z2.array(text.z.string);
var client = new DynamoDBClient(new PutItemCommand2());
var handler = middy(createHash);
`;

it('finds the names of packages that a bundle uses, and no others', () => {
  expect(Object.fromEntries(usesOf(BUNDLE))).toEqual({
    zod: ['string', 'array'],
    '@middy/core': ['default'],
    '@aws-sdk/client-dynamodb': ['DynamoDBClient', 'PutItemCommand'],
  });
});

it('makes a module of nothing but these', () => {
  expect(floorOf(usesOf(BUNDLE))).toBe(
    `export { string as used0_0, array as used0_1 } from 'zod';\n` +
      `export { default as used1_0 } from '@middy/core';\n` +
      `export { DynamoDBClient as used2_0, PutItemCommand as used2_1 } from '@aws-sdk/client-dynamodb';\n`,
  );
});
