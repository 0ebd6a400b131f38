/** Of Eleventy, which brings no types along, what is used here. */
declare module '@11ty/eleventy' {
  import type { Markdown } from './markdown.ts';
  export interface Config {
    addTemplate(path: string, content: string, data: object): void;
    addGlobalData(name: string, value: unknown): void;
    addPlugin(plugin: unknown, options: object): void;
    setTemplateFormats(formats: string): void;
    setUseGitIgnore(use: boolean): void;
    amendLibrary(name: 'md', amend: (library: Markdown) => void): void;
    addTransform(
      name: string,
      transform: (this: { page: { inputPath: string; outputPath: string } }, html: string) => string,
    ): void;
  }
  export default class Eleventy {
    constructor(
      input: string,
      output: string,
      options: { quietMode: boolean; configPath: null | false; config: (config: Config) => void },
    );
    write(): Promise<unknown>;
  }
}
declare module '@11ty/eleventy-plugin-syntaxhighlight' {
  const plugin: unknown;
  export default plugin;
}
