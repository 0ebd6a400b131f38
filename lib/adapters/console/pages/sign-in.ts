import { markup } from '../markup.ts';
import { card } from '../parts.ts';
import type { Asked, Page } from '../visit.ts';

/** `problem`: why the last try did not succeed. `back`: where to go on. */
export function signIn({ texts }: Asked, back: string, problem: string | null): Page {
  const t = texts.signIn;
  return {
    title: t.title,
    status: problem === null ? 200 : 403,
    body: markup`<div class="sign-in">
      <h1>${t.title}</h1>
      ${problem !== null && markup`<div role="alert">${card('bad', problem)}</div>`}
      <div class="card">
        <form method="post" action="/sign-in">
          <input type="hidden" name="back" value="${back}">
          <label for="token">${t.token}</label><input id="token" name="token" type="password" autocomplete="current-password"
            required
            maxlength="200" placeholder="jct_…"
         >
          <button>${t.button}</button>
        </form>
      </div>
      <p class="soft">${t.says} <code>jobchime token create board --scope read</code></p>
    </div>`,
  };
}
