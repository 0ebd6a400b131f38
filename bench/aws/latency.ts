/**
 * How long others take to answer, in milliseconds: assumptions, since nothing of this runs on AWS. They include what a
 * function of 256 MB, which has a seventh of a processor, needs for its part of a call. Only Lambda's seconds depend on them.
 */
export const LATENCY = {
  dynamo: 10,
  bus: 30,
  queue: 20,
  cloud: 150,
  webhook: 250,
};
