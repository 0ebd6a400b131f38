import type { Template } from '../plain.ts';

/** What a local AWS does not make: types, and who plays that or why nobody misses it there. */
const LEFT_OUT: readonly (readonly [type: string, says: string])[] = [
  ['AWS::Scheduler::Schedule', 'played by running the sweep again and again'],
  ['AWS::ApiGatewayV2', 'played by a gateway on loopback'],
  ['AWS::Lambda::(Permission|EventInvokeConfig)', 'nobody asks for leave, and the sweep is not tried again'],
  ['AWS::SQS::QueuePolicy', 'nobody asks for leave'],
  ['AWS::CloudWatch::Alarm', 'nothing is measured'],
  ['AWS::Logs::Delivery', 'the buses have no log'],
  ['AWS::SES', 'no mail comes back'],
];
const whyLeftOut = (type: string): string | undefined =>
  LEFT_OUT.find(([pattern]) => new RegExp(`^${pattern}`).test(type))?.[1];

type Loose = Record<string, any>; // oxlint-disable-line typescript/no-explicit-any

/** What stands otherwise, by type. Each line is something that moto lacks. */
const CHANGES: Readonly<Record<string, (properties: Loose) => void>> = {
  // It reads the pattern of an archive as text.
  'AWS::Events::Archive': (it) => void (it['EventPattern'] = JSON.stringify(it['EventPattern'])),
  // It takes a group for a queue that keeps the order, which these are not, and drops the event.
  'AWS::Events::Rule': (it) => it['Targets'].forEach((target: Loose) => delete target['SqsParameters']),
  // It would start a container of its own for each message.
  'AWS::Lambda::EventSourceMapping': (it) => void (it['Enabled'] = false),
};

/** The plain template, as far as a local AWS can make it; `left`: how many resources are left out, by the reason. */
export function adapted(plain: Template): { template: Template; left: Record<string, number> } {
  // moto does not say what a bus is called that is referred to.
  const nameOf = (_: string, value: Loose | null): unknown => {
    const referred = plain.Resources[value?.['Ref'] as string];
    return referred?.Type === 'AWS::Events::EventBus' ? referred.Properties['Name'] : value;
  };
  const template = JSON.parse(JSON.stringify(plain), nameOf) as Template;
  const left: Record<string, number> = {};
  for (const [id, { Type, Properties }] of Object.entries(template.Resources)) {
    const why = whyLeftOut(Type);
    if (why === undefined) CHANGES[Type]?.(Properties);
    else {
      left[why] = (left[why] ?? 0) + 1;
      delete template.Resources[id];
    }
  }
  const gone = Object.keys(plain.Resources).filter((id) => !(id in template.Resources));
  for (const [name, output] of Object.entries(template.Outputs))
    if (gone.some((id) => JSON.stringify(output).includes(`"${id}"`))) delete template.Outputs[name];
  return { template, left };
}
