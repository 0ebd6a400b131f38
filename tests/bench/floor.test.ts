import { expect, it } from 'vitest';
import { floorOf, laterIn, usesOf } from '../../bench/aws/floor.ts';

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
var text = z.object({ name: z.string() });
var more = z2.array(text.z.string);
var client = new DynamoDBClient(new PutItemCommand2());
var handler = middy(createHash);
`;

it('finds what a bundle uses of packages and of Node, and nothing else', () => {
  expect(Object.fromEntries(usesOf(BUNDLE))).toEqual({
    'node:crypto': ['createHash'],
    zod: ['object', 'string', 'array'],
    '@middy/core': ['default'],
    '@aws-sdk/client-dynamodb': ['DynamoDBClient', 'PutItemCommand'],
  });
});

it('makes a module of nothing but these', () => {
  expect(floorOf(usesOf(BUNDLE))).toBe(
    `export { createHash as used0_0 } from 'node:crypto';\n` +
      `export { object as used1_0, string as used1_1, array as used1_2 } from 'zod';\n` +
      `export { default as used2_0 } from '@middy/core';\n` +
      `export { DynamoDBClient as used3_0, PutItemCommand as used3_1 } from '@aws-sdk/client-dynamodb';\n`,
  );
});

it('counts what is loaded later where it is in the bundle, too', () => {
  const bundle = `var mailer = () => import("nodemailer");\nvar own = () => import("./own.js");`;
  expect(laterIn(bundle)).toEqual(['nodemailer']);
  expect(floorOf(new Map(), laterIn(bundle))).toBe(`export const later0 = () => import('nodemailer');\n`);
});
