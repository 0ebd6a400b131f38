/** What the site has, in the order of its menu: a page that is not listed here is not found by anybody. */
export interface Page {
  /** In the repository. */
  file: string;
  title: string;
}
export interface Part {
  title: string;
  pages: readonly Page[];
}

const page = (file: string, title: string): Page => ({ file, title });

export const PARTS: readonly Part[] = [
  {
    title: 'Begin',
    pages: [
      page('docs/README.md', 'Which page do I need?'),
      page('README.md', 'Jobchime in one page'),
      page('docs/install.md', 'Install'),
    ],
  },
  {
    title: 'What is watched',
    pages: [
      page('docs/config.md', 'Configuration'),
      page('docs/clouds.md', 'Clouds and services'),
      page('docs/discovery.md', 'Jobs that are found'),
      page('docs/hooks.md', 'Hooks'),
      page('docs/dialects.md', 'Dialects of your own'),
    ],
  },
  {
    title: 'Who is told',
    pages: [
      page('docs/messages/README.md', 'What messages say'),
      page('docs/routes.md', 'Where events go'),
      page('docs/templates.md', 'Messages in your own words'),
      page('docs/events.md', 'Events and patterns'),
      page('docs/receivers.md', 'Receiving webhooks'),
      page('docs/recipes.md', 'Recipes: other services'),
    ],
  },
  {
    title: 'Ways in',
    pages: [
      page('docs/console.md', 'Console'),
      page('docs/cli.md', 'Command line'),
      page('docs/api.md', 'HTTP API and client'),
      page('docs/pipelines.md', 'In pipelines'),
      page('docs/simulator.md', 'Simulator'),
    ],
  },
  {
    title: 'In operation',
    pages: [
      page('docs/running.md', 'One machine'),
      page('docs/aws.md', 'AWS'),
      page('docs/runbook.md', 'When something is wrong on AWS'),
      page('docs/security.md', 'Security'),
      page('docs/performance.md', 'Performance'),
    ],
  },
  {
    title: 'The project',
    pages: [
      page('CONTRIBUTING.md', 'Contributing'),
      page('bench/README.md', 'Benchmarks'),
      page('SECURITY.md', 'Report a weakness'),
      page('CHANGELOG.md', 'Changelog'),
    ],
  },
];

export const titleOf = (file: string): string | undefined =>
  PARTS.flatMap((part) => part.pages).find((one) => one.file === file)?.title;

/** Pages below one of the menu, such as those of each channel: `docs/messages/slack.en.md`. */
export const partOf = (file: string): Page | undefined => {
  const pages = PARTS.flatMap((part) => part.pages);
  const folder = file.slice(0, file.lastIndexOf('/') + 1);
  return (
    pages.find((one) => one.file === file) ??
    (folder === 'docs/' || folder === '' ? undefined : pages.find((one) => one.file === `${folder}README.md`))
  );
};
