'use strict';
// How many runs of the API there may be at once, where somebody says so: --param api-concurrency=20
// Lambda then keeps as many for it and takes them from all others, which an account with the quota of a new one does not allow.

/** @param {{ resolveVariable: (of: string) => Promise<unknown> }} context */
module.exports = async ({ resolveVariable }) => {
  const said = await resolveVariable("param:api-concurrency, ''");
  if (said === '') return { Ref: 'AWS::NoValue' };
  const most = Number(said);
  if (!Number.isInteger(most) || most < 1)
    throw new Error(`api-concurrency is '${said}'. Write a number from 1 on, or leave it out.`);
  return most;
};
