import { describe, expect, it } from 'vitest';
import { redactor, secretsOfUrl } from '../../../lib/adapters/channels/redact.ts';
import { MAX } from '../../../lib/core/jobs/bounds.ts';

describe('the words of a receipt', () => {
  it('hide a secret wherever it stands', () => {
    const clean = redactor(['hunter2-hunter2']);
    expect(clean('hunter2-hunter2 is not hunter2-hunter2')).toBe('[redacted] is not [redacted]');
  });

  it('hide the longest where one secret is a part of another', () => {
    expect(redactor(['/hooks', '/hooks/4711'])('POST /hooks/4711')).toBe('POST [redacted]');
  });

  it('leave no half of a secret at the edge where they are cut', () => {
    const secret = 'hunter2-hunter2';
    for (let before = MAX.text - secret.length - 3; before <= MAX.text; before += 1) {
      const said = redactor([secret])(`${'a'.repeat(before)}${secret}${'b'.repeat(300)}`);
      expect(said.length).toBeLessThanOrEqual(MAX.text);
      expect(said).not.toContain('hunter2');
    }
  });

  it('hide what looks like a secret of others', () => {
    expect(redactor([])('password: swordfish7')).toBe('password: [redacted]');
  });

  it('are one line', () => {
    expect(redactor([])('one\n\ttwo')).toBe('one two');
  });
});

describe('of a URL', () => {
  const url = 'https://user-name:pass-word@example.com/v1/hooks/se%2Dcret%21?token=abc%2Ddef&v=2';
  const clean = redactor(secretsOfUrl(url));

  it.each([
    'https://user-name:pass-word@example.com/v1/hooks/se%2Dcret%21?token=abc%2Ddef&v=2',
    '/v1/hooks/se%2Dcret%21?token=abc%2Ddef&v=2',
    '/v1/hooks/se%2Dcret%21',
    'se%2Dcret%21',
    'se-cret!',
    'abc-def',
    'pass-word',
    'user-name',
  ])('all that lets one in is hidden: %s', (piece) => {
    expect(clean(`no ${piece} here`)).toBe('no [redacted] here');
  });

  it('what stands in every URL is not', () => {
    expect(clean('no v1 of hooks at example.com, v=2')).toBe('no v1 of hooks at example.com, v=2');
  });
});
