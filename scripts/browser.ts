// Chromium, told what to do over its DevTools protocol: for pictures, and for tests of pages.
import { execFileSync, spawn } from 'node:child_process';

type Loose = Record<string, any>; // oxlint-disable-line typescript/no-explicit-any

const COMMAND = process.env['CHROMIUM'] ?? 'chromium';

/** Whether there is one on this machine (Debian: apt-get install chromium); CHROMIUM says where another one is. */
export function isBrowserThere(): boolean {
  try {
    execFileSync(COMMAND, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

export interface Screen {
  width: number;
  dark: boolean;
}
export interface Tab {
  show(screen: Screen): Promise<void>;
  /** Is run in every page before its own scripts. */
  first(script: string): Promise<void>;
  /** Resolves when the page and what it needs are loaded. */
  go(url: string): Promise<void>;
  /** What an expression is in the page; a promise is waited for. */
  run<T>(expression: string): Promise<T>;
  /** Until the expression holds; throws where it does not in time. */
  until(expression: string): Promise<void>;
  /** Presses a key where the focus is. */
  press(key: string): Promise<void>;
  picture(): Promise<{ picture: Buffer; isTooWide: boolean }>;
  /** Whether the page is wider than its screen. */
  isTooWide(): Promise<boolean>;
  cookies(): Promise<Loose[]>;
  /** What went wrong since: errors, warnings of the policy, requests that failed. */
  complaints: string[];
  /** Of every request since. */
  requests: { url: string; status: number; bytes: number }[];
}

const IS_LOADED = "(performance.getEntriesByType('navigation')[0]?.loadEventEnd ?? 1) > 0";

/** `profile`: an empty folder. */
export async function startBrowser(profile: string) {
  const browser = spawn(
    COMMAND,
    [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--hide-scrollbars',
      // Letters are drawn by their shape alone, whatever the screen of the machine would like.
      '--font-render-hinting=none',
      '--disable-lcd-text',
      // What a browser does beside its pages, and asks its maker for.
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-default-apps',
      '--disable-extensions',
      '--disable-sync',
      '--remote-debugging-port=0',
      `--user-data-dir=${profile}`,
      'about:blank',
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const url = await new Promise<string>((resolve, reject) => {
    let said = '';
    browser.on('error', () =>
      reject(new Error('there is no Chromium: apt-get install chromium, or say where in CHROMIUM')),
    );
    browser.on('exit', () => reject(new Error(`Chromium does not start: ${said.slice(-300)}`)));
    browser.stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      const [, found] = /listening on (ws:\/\/\S+)/.exec(said) ?? [];
      if (found) resolve(found);
    });
  });
  const socket = new WebSocket(url);
  await new Promise((resolve) => socket.addEventListener('open', resolve, { once: true }));
  const waiting = new Map<number, { resolve: (value: Loose) => void; reject: (error: Error) => void }>();
  const heard = new Map<string, (method: string, params: Loose) => void>();
  socket.addEventListener('message', ({ data }) => {
    const { id, result, error, method, params, sessionId } = JSON.parse(String(data)) as Loose;
    if (method) return heard.get(sessionId as string)?.(method as string, params as Loose);
    if (error) waiting.get(id as number)?.reject(new Error(error.message as string));
    else waiting.get(id as number)?.resolve(result as Loose);
  });
  let ids = 0;
  const ask = (method: string, params: Loose = {}, sessionId?: string): Promise<Loose> =>
    new Promise((resolve, reject) => {
      waiting.set((ids += 1), { resolve, reject });
      socket.send(JSON.stringify({ id: ids, method, params, ...(sessionId && { sessionId }) }));
    });

  /** A tab with cookies of its own. */
  async function tab(): Promise<Tab> {
    const { browserContextId } = await ask('Target.createBrowserContext');
    const { targetId } = await ask('Target.createTarget', { url: 'about:blank', browserContextId });
    const { sessionId } = await ask('Target.attachToTarget', { targetId, flatten: true });
    const tell = (method: string, params: Loose = {}) => ask(method, params, sessionId as string);
    const complaints: string[] = [];
    const requests: Tab['requests'] = [];
    const underWay = new Map<string, Tab['requests'][number]>();
    let loaded = (): void => {};
    heard.set(sessionId as string, (method, params) => {
      if (method === 'Page.loadEventFired') loaded();
      if (method === 'Runtime.exceptionThrown') complaints.push(String(params.exceptionDetails.text));
      if (method === 'Runtime.consoleAPICalled' && params.type === 'error')
        complaints.push(JSON.stringify(params.args));
      if (method === 'Log.entryAdded' && params.entry.level === 'error')
        complaints.push(`${params.entry.text} ${params.entry.url ?? ''}`);
      if (method === 'Network.responseReceived') {
        const one = { url: params.response.url, status: params.response.status, bytes: 0 };
        requests.push(one);
        underWay.set(params.requestId, one);
      }
      if (method === 'Network.loadingFinished') {
        const one = underWay.get(params.requestId);
        if (one) one.bytes = params.encodedDataLength;
      }
    });
    for (const domain of ['Page', 'Runtime', 'Log', 'Network']) await tell(`${domain}.enable`);
    // What is shown of times does not depend on where the machine stands.
    await tell('Emulation.setTimezoneOverride', { timezoneId: 'UTC' });
    let width = 800;

    const run = async <T>(expression: string): Promise<T> => {
      const asked = { expression, awaitPromise: true, returnByValue: true };
      const { result, exceptionDetails } = await tell('Runtime.evaluate', asked);
      if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
      return result.value as T;
    };
    async function until(expression: string): Promise<void> {
      for (let tries = 0; tries < 200; tries++) {
        if (await run<boolean>(`Boolean(${expression})`).catch(() => false)) return;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      throw new Error(`it never came true: ${expression}`);
    }
    return {
      complaints,
      requests,
      run,
      async show(screen) {
        width = screen.width;
        const mobile = width < 600;
        await tell('Emulation.setDeviceMetricsOverride', {
          width,
          height: 200,
          deviceScaleFactor: 1,
          mobile,
        });
        await tell('Emulation.setEmulatedMedia', {
          features: [{ name: 'prefers-color-scheme', value: screen.dark ? 'dark' : 'light' }],
        });
      },
      async first(script) {
        await tell('Page.addScriptToEvaluateOnNewDocument', { source: script });
      },
      async go(to) {
        // A form that was sent just now may still be loading its page, and that is not the one that is waited for.
        await until(IS_LOADED);
        const done = new Promise<void>((resolve) => (loaded = resolve));
        await tell('Page.navigate', { url: to });
        await done;
      },
      until,
      async press(key) {
        const text = key === 'Enter' ? '\r' : key;
        const code = key === 'Enter' ? 13 : key.toUpperCase().charCodeAt(0);
        const event = { key, text, windowsVirtualKeyCode: code };
        await tell('Input.dispatchKeyEvent', { type: 'keyDown', ...event });
        await tell('Input.dispatchKeyEvent', { type: 'keyUp', key });
      },
      async isTooWide() {
        return (await tell('Page.getLayoutMetrics')).cssContentSize.width > width;
      },
      async picture() {
        const { cssContentSize: size } = await tell('Page.getLayoutMetrics');
        const { data } = await tell('Page.captureScreenshot', {
          captureBeyondViewport: true,
          clip: { x: 0, y: 0, width, height: size.height, scale: 1 },
        });
        return { picture: Buffer.from(data as string, 'base64'), isTooWide: size.width > width };
      },
      cookies: async () => (await tell('Network.getCookies')).cookies as Loose[],
    };
  }

  const { product } = await ask('Browser.getVersion');
  return {
    tab,
    /** `150` of `Chrome/150.0.7871.100`. */
    version: Number(/\/(\d+)/.exec(product as string)?.[1]),
    async stop() {
      const gone = new Promise((resolve) => browser.once('exit', resolve));
      // Its answer may be lost with the connection.
      void ask('Browser.close');
      await gone;
    },
  };
}
