/** The package that reads templates is large: only who stores one loads it. */
export async function templateProblem(template: string): Promise<string | null> {
  const { problemOf } = await import('../adapters/channels/webhook/template.ts');
  return problemOf(template);
}
