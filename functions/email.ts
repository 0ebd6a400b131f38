import { onFirstCall } from '../lib/wire/aws/on-first-call.ts';
import { openEmail } from '../lib/wire/aws/email.ts';
import { onRing } from './ring.ts';

const open = onFirstCall(() => openEmail(process.env));

export const handler = onRing(open);
