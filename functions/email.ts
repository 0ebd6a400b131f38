import { openEmail } from '../lib/wire/aws/email.ts';
import { onRing } from './ring.ts';

export const handler = onRing(() => openEmail(process.env));
